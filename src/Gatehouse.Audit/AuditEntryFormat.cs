using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Audit;

/// <summary>
/// The form of an entry: one JSON object without line breaks. Absent facts are left out, so that entries stay short. An entry has a bound, whatever
/// callers, servers and issuers choose.
/// </summary>
public static class AuditEntryFormat
{
    /// <summary>The most bytes of an entry: what a bundle of a transparency log can hold (C2SP tlog-tiles, "Log entries").</summary>
    public const int MostBytes = ushort.MaxValue;

    /// <summary>The most characters of a sealed payload: the largest message that can be sealed, in base64url.</summary>
    public const int MostSealed = 3 << 19;

    private const int SequenceDigits = 19;

    // Ample for honest entries. An entry that is too large for these bounds is written by the short ones, and shows that.
    private static readonly Bounds Ample = new(Text: 1024, List: 256, Parts: 128, Facts: 64);
    private static readonly Bounds Short = new(Text: 48, List: 8, Parts: 16, Facts: 16);

    // Before the sequence number, in every entry.
    private static readonly byte[] Beginning =
        [.. "{\"v\":"u8, .. Encoding.ASCII.GetBytes(AuditEntry.ModelVersion.ToString(CultureInfo.InvariantCulture)), .. ",\"seq\":"u8];

    /// <summary>The most bytes of a head.</summary>
    public static int MostHeadBytes { get; } = Beginning.Length + SequenceDigits + 1;

    /// <summary>Appends the entry to <paramref name="output"/>: at most <see cref="MostBytes"/>.</summary>
    public static void Write(AuditEntry entry, long sequence, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Advance(WriteHead(sequence, output.GetSpan(MostHeadBytes)));
        output.Write(AuditEntryWriter.OfThread.Body(entry));
    }

    /// <summary>Returns the entry, at most <see cref="MostBytes"/>.</summary>
    public static byte[] Bytes(AuditEntry entry, long sequence)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(entry, sequence, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Writes the head of an entry, which ends behind its sequence number. Nothing else in an entry depends on its place in the log.
    /// </summary>
    /// <param name="sequence">The sequence number, 0 or more.</param>
    /// <param name="destination">Room for <see cref="MostHeadBytes"/>.</param>
    /// <returns>The bytes that were written.</returns>
    public static int WriteHead(long sequence, Span<byte> destination)
    {
        Beginning.CopyTo(destination);
        if (!Utf8Formatter.TryFormat(sequence, destination[Beginning.Length..], out var digits) || destination.Length < MostHeadBytes)
            throw new ArgumentException("There is no room for the head.", nameof(destination));
        destination[Beginning.Length + digits] = (byte)',';
        return Beginning.Length + digits + 1;
    }

    /// <summary>Writes every member behind the head, as an object.</summary>
    internal static void WriteMembers(Utf8JsonWriter json, AuditEntry entry, bool isShort)
    {
        var bounds = isShort ? Short : Ample;
        json.WriteStartObject();
        WriteIdentity(json, entry, bounds);
        WriteExchange(json, entry, bounds);
        WriteChecks(json, entry, bounds);
        WriteAttempts(json, entry.Attempts);
        WriteCredentials(json, entry.Credentials, bounds);
        WriteOutcome(json, entry, bounds);
        if (isShort || entry.IsCut || bounds.LeaveOut(entry)) json.WriteBoolean("cut"u8, true);
        json.WriteEndObject();
    }

    private static void WriteIdentity(Utf8JsonWriter json, AuditEntry entry, in Bounds bounds)
    {
        json.WriteString("kind"u8, KindName(entry.Kind));
        json.WriteString("id"u8, AuditText.Bounded(entry.ExchangeId, bounds.Text));
        Text(json, "parent"u8, entry.ParentId, bounds);
        json.WriteString("at"u8, entry.At.UtcDateTime);
        json.WriteNumber("gen"u8, entry.Generation);
    }

    private static void WriteExchange(Utf8JsonWriter json, AuditEntry entry, in Bounds bounds)
    {
        Text(json, "server"u8, entry.Server, bounds);
        Text(json, "verb"u8, entry.Verb, bounds);
        Text(json, "via"u8, entry.Via, bounds);
        Text(json, "method"u8, entry.Method, bounds);
        Text(json, "name"u8, entry.Name, bounds);
        Text(json, "uri"u8, entry.Uri, bounds);
        Text(json, "revision"u8, entry.Revision, bounds);
        Text(json, "iss"u8, entry.Issuer, Ample); // not shorter in a cut entry: readers of a group are found by it
        Text(json, "sub"u8, entry.Subject, bounds);
        Text(json, "client"u8, entry.ClientId, bounds);
        WriteAsked(json, entry, bounds);
        Text(json, "session"u8, entry.Session, bounds);
        Text(json, "trace"u8, entry.TraceId, bounds);
        Text(json, "peer"u8, entry.Peer, bounds);
        WritePersonal(json, entry);
        for (var i = 0; i < Math.Min(entry.Facts.Count, bounds.Facts); i++)
            json.WriteString(NameOfFact(entry, i), AuditText.Bounded(entry.Facts[i].Value, bounds.Text));
    }

    // A box is whole or not there: a cut one would never open. Its bounds are those of the one who seals.
    private static void WritePersonal(Utf8JsonWriter json, AuditEntry entry)
    {
        if (entry.Personal.Count == 0) return;
        json.WriteStartArray("personal"u8);
        for (var i = 0; i < entry.Personal.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("who"u8, entry.Personal[i].Pseudonym);
            json.WriteString("box"u8, entry.Personal[i].Box);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>
    /// Returns the name under which a fact of an entry is written. Two members of one name are read in two ways: one reader takes the first, another
    /// the last.
    /// </summary>
    public static string NameOfFact(AuditEntry entry, int at)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var name = entry.Facts[at].Key;
        var isTaken = IsMember(entry, name);
        for (var i = 0; i < at && !isTaken; i++) isTaken = entry.Facts[i].Key == name;
        return isTaken ? $"fact.{name}" : name;
    }

    private static bool IsMember(AuditEntry entry, string name) => name switch
    {
        "v" or "seq" or "kind" or "id" or "at" or "gen" or "cut" or "personal" or "who" or "closed" => true,
        "attempts" => entry.Attempts.Count > 0,
        "checks" => entry.Checks.Count > 0,
        "client" => entry.ClientId is not null,
        "code" => entry.Code is not null,
        "credentials" => entry.Credentials.Count > 0,
        "iss" => entry.Issuer is not null,
        "method" => entry.Method is not null,
        "name" => entry.Name is not null,
        "parent" => entry.ParentId is not null,
        "parts" => entry.Parts.Count > 0,
        "peer" => entry.Peer is not null,
        "receipt" => entry.Receipt is not null,
        "server" => entry.Server is not null,
        "session" => entry.Session is not null,
        "status" => entry.Status is not null,
        "sub" => entry.Subject is not null,
        "uri" => entry.Uri is not null,
        _ => false,
    };

    private static void WriteAsked(Utf8JsonWriter json, AuditEntry entry, in Bounds bounds)
    {
        Texts(json, "roles"u8, entry.Roles, bounds);
        Texts(json, "groups"u8, entry.Groups, bounds);
        if (entry.MoreGroups) json.WriteBoolean("moreGroups"u8, true);
        Texts(json, "scopes"u8, entry.Scopes, bounds);
        Texts(json, "strengths"u8, entry.Strengths, bounds);
        Text(json, "asked"u8, entry.Asked, bounds);
        WriteReadingGroups(json, entry, bounds);
    }

    // A group that is cut could be the name of another one: it is whole, or not there.
    private static void WriteReadingGroups(Utf8JsonWriter json, AuditEntry entry, in Bounds bounds)
    {
        if (entry.ReadingGroups.Count == 0) return;
        json.WriteStartArray("readingGroups"u8);
        for (var i = 0; i < Math.Min(entry.ReadingGroups.Count, AuditEntry.MostReadingGroups); i++)
        {
            if (entry.ReadingGroups[i].Length <= bounds.Text) json.WriteStringValue(entry.ReadingGroups[i]);
        }

        json.WriteEndArray();
    }

    private static void WriteChecks(Utf8JsonWriter json, AuditEntry entry, in Bounds bounds)
    {
        Texts(json, "checks"u8, entry.Checks, bounds);
        if (entry.Parts.Count == 0) return;
        json.WriteStartArray("parts"u8);
        for (var i = 0; i < Math.Min(entry.Parts.Count, bounds.Parts); i++) WritePart(json, entry.Parts[i], bounds);
        json.WriteEndArray();
    }

    private static void WritePart(Utf8JsonWriter json, AuditPart part, in Bounds bounds)
    {
        json.WriteStartObject();
        json.WriteString("kind"u8, AuditPartKinds.Text(part.Kind));
        json.WriteString("outcome"u8, AuditOutcomes.Text(part.Outcome));
        Text(json, "reason"u8, part.Reason, bounds);
        Text(json, "detail"u8, part.Detail, bounds);
        if (part.Count != 1) json.WriteNumber("count"u8, part.Count);
        json.WriteEndObject();
    }

    // Never shortened: a count that is left out could not be found again. The lists of places and reasons bound it.
    private static void WriteAttempts(Utf8JsonWriter json, IReadOnlyList<AuditAttempt> attempts)
    {
        if (attempts.Count == 0) return;
        json.WriteStartArray("attempts"u8);
        for (var i = 0; i < attempts.Count; i++) WriteAttempt(json, attempts[i]);
        json.WriteEndArray();
    }

    private static void WriteAttempt(Utf8JsonWriter json, AuditAttempt attempt)
    {
        json.WriteStartObject();
        json.WriteString("place"u8, AttemptPlaces.Text(attempt.Place));
        json.WriteString("outcome"u8, AuditOutcomes.Text(attempt.Refusal is null ? AuditOutcome.Pass : AuditOutcome.Deny));
        if (attempt.Refusal is { } refusal) json.WriteString("reason"u8, refusal);
        if (attempt.Count != 1) json.WriteNumber("count"u8, attempt.Count);
        if (attempt.First is { } first) json.WriteString("first"u8, first.UtcDateTime);
        if (attempt.Last is { } last) json.WriteString("last"u8, last.UtcDateTime);
        json.WriteEndObject();
    }

    // No use is left out: a count that is missing could not be found again. The tally bounds their number.
    private static void WriteCredentials(Utf8JsonWriter json, IReadOnlyList<CredentialUse> uses, in Bounds bounds)
    {
        if (uses.Count == 0) return;
        json.WriteStartArray("credentials"u8);
        for (var i = 0; i < uses.Count; i++) WriteCredential(json, uses[i], bounds with { Text = Math.Min(bounds.Text, CredentialUse.LongestText) });
        json.WriteEndArray();
    }

    private static void WriteCredential(Utf8JsonWriter json, CredentialUse use, in Bounds bounds)
    {
        json.WriteStartObject();
        Text(json, "kind"u8, use.Kind, bounds);
        Text(json, "ref"u8, use.Reference, bounds);
        Text(json, "version"u8, use.Version, bounds);
        Text(json, "issuer"u8, use.Issuer, bounds);
        Text(json, "provider"u8, use.Provider, bounds);
        if (use.Count != 1) json.WriteNumber("count"u8, use.Count);
        json.WriteEndObject();
    }

    private static void WriteOutcome(Utf8JsonWriter json, AuditEntry entry, in Bounds bounds)
    {
        Text(json, "code"u8, entry.Code, bounds);
        if (entry.Status is { } status) json.WriteNumber("status"u8, status);
        if (entry.Kind == AuditEntryKind.Ended) WriteCounts(json, entry);
        if (entry.Microseconds is { } us) json.WriteNumber("us"u8, us);
        if (entry.Receipt is { } receipt) WriteReceipt(json, receipt);
        if (entry.Payload is not { } payload) return;
        Text(json, "kept"u8, payload.Form, bounds);
        json.WriteNumber("keptBytes"u8, payload.Length);
        json.WriteString("payload"u8, $"sha256:{payload.Digest}");
    }

    private static void WriteReceipt(Utf8JsonWriter json, PromisedCall receipt)
    {
        json.WriteStartObject("receipt"u8);
        json.WriteString("call"u8, receipt.Call);
        json.WriteString("blind"u8, receipt.Blind);
        json.WriteEndObject();
    }

    private static void WriteCounts(Utf8JsonWriter json, AuditEntry entry)
    {
        json.WriteNumber("up"u8, entry.UpstreamMessages);
        json.WriteNumber("out"u8, entry.MessagesOut);
        if (entry.Notifications > 0) json.WriteNumber("notes"u8, entry.Notifications);
        json.WriteNumber("bytesIn"u8, entry.BytesIn);
        json.WriteNumber("bytesOut"u8, entry.BytesOut);
    }

    private static string KindName(AuditEntryKind kind) => kind switch
    {
        AuditEntryKind.Begun => "begun",
        AuditEntryKind.Ended => "ended",
        _ => "control",
    };

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value, in Bounds bounds)
    {
        if (value is not null) json.WriteString(name, AuditText.Bounded(value, bounds.Text));
    }

    private static void Texts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values, in Bounds bounds)
    {
        if (values.Count == 0) return;
        json.WriteStartArray(name);
        for (var i = 0; i < Math.Min(values.Count, bounds.List); i++) json.WriteStringValue(AuditText.Bounded(values[i], bounds.Text));
        json.WriteEndArray();
    }

    private readonly record struct Bounds(int Text, int List, int Parts, int Facts)
    {
        // What is left out must be seen to be (checklist: cut, dropped, defaulted).
        public bool LeaveOut(AuditEntry entry) => entry.Facts.Count > Facts || entry.Parts.Count > Parts || entry.Checks.Count > List
            || entry.Roles.Count > List || entry.Groups.Count > List || entry.Scopes.Count > List || entry.Strengths.Count > List
            || entry.ReadingGroups.Count > AuditEntry.MostReadingGroups;
    }
}
