using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gatehouse.Audit;

/// <summary>Writes an entry as one line of JSON. Absent facts are left out, so that lines stay short.</summary>
public static class AuditEntryFormat
{
    // The strictest encoder: a name chosen by an attacker cannot smuggle a line break, a terminal sequence or a
    // bidirectional mark into the log (design rule 9). Writing is validated, so a lone surrogate becomes U+FFFD.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Default };

    [ThreadStatic]
    private static Utf8JsonWriter? cachedWriter;

    /// <summary>Appends the entry and a line feed to <paramref name="output"/>.</summary>
    public static void Write(AuditEntry entry, long sequence, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(output);
        var json = cachedWriter ??= new Utf8JsonWriter(output, Options);
        json.Reset(output);
        json.WriteStartObject();
        WriteIdentity(json, entry, sequence);
        WriteExchange(json, entry);
        WriteChecks(json, entry);
        WriteOutcome(json, entry);
        json.WriteEndObject();
        json.Flush();
        json.Reset(Stream.Null);
        output.Write("\n"u8);
    }

    private static void WriteIdentity(Utf8JsonWriter json, AuditEntry entry, long sequence)
    {
        json.WriteNumber("v"u8, AuditEntry.ModelVersion);
        json.WriteNumber("seq"u8, sequence);
        json.WriteString("kind"u8, KindName(entry.Kind));
        json.WriteString("id"u8, entry.ExchangeId);
        Text(json, "parent"u8, entry.ParentId);
        json.WriteString("at"u8, entry.At.UtcDateTime);
        json.WriteNumber("gen"u8, entry.Generation);
    }

    private static void WriteExchange(Utf8JsonWriter json, AuditEntry entry)
    {
        Text(json, "server"u8, entry.Server);
        Text(json, "verb"u8, entry.Verb);
        Text(json, "method"u8, entry.Method);
        Text(json, "name"u8, entry.Name);
        Text(json, "uri"u8, entry.Uri);
        Text(json, "revision"u8, entry.Revision);
        Text(json, "iss"u8, entry.Issuer);
        Text(json, "sub"u8, entry.Subject);
        Text(json, "client"u8, entry.ClientId);
        WriteAsked(json, entry);
        Text(json, "session"u8, entry.Session);
        Text(json, "trace"u8, entry.TraceId);
        foreach (var (name, value) in entry.Facts)
            json.WriteString(name, value);
    }

    private static void WriteAsked(Utf8JsonWriter json, AuditEntry entry)
    {
        Texts(json, "roles"u8, entry.Roles);
        Texts(json, "groups"u8, entry.Groups);
        if (entry.MoreGroups) json.WriteBoolean("moreGroups"u8, true);
        Texts(json, "scopes"u8, entry.Scopes);
        Texts(json, "strengths"u8, entry.Strengths);
        Text(json, "asked"u8, entry.Asked);
    }

    private static void WriteChecks(Utf8JsonWriter json, AuditEntry entry)
    {
        Texts(json, "checks"u8, entry.Checks);
        if (entry.Parts.Count == 0) return;
        json.WriteStartArray("parts"u8);
        for (var i = 0; i < entry.Parts.Count; i++) WritePart(json, entry.Parts[i]);
        json.WriteEndArray();
    }

    private static void WritePart(Utf8JsonWriter json, AuditPart part)
    {
        json.WriteStartObject();
        json.WriteString("kind"u8, part.Kind);
        json.WriteString("outcome"u8, part.Outcome);
        Text(json, "reason"u8, part.Reason);
        Text(json, "detail"u8, part.Detail);
        if (part.Count != 1) json.WriteNumber("count"u8, part.Count);
        json.WriteEndObject();
    }

    private static void WriteOutcome(Utf8JsonWriter json, AuditEntry entry)
    {
        Text(json, "code"u8, entry.Code);
        if (entry.Status is { } status) json.WriteNumber("status"u8, status);
        if (entry.Kind == AuditEntryKind.Ended) WriteCounts(json, entry);
        if (entry.Microseconds is { } us) json.WriteNumber("us"u8, us);
        Text(json, "sealed"u8, entry.SealedRequest);
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

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    private static void Texts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        if (values.Count == 0) return;
        json.WriteStartArray(name);
        for (var i = 0; i < values.Count; i++) json.WriteStringValue(values[i]);
        json.WriteEndArray();
    }
}
