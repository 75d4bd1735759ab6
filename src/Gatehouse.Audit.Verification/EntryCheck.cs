using System.Globalization;
using System.Text.Json;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>The form of one entry, as docs/auditors/event-model.md has it.</summary>
internal sealed class EntryCheck(FindingCollector findings)
{
    // The source of attempts in an entry that the log itself wrote about losses: it names no one.
    private const string OfMany = "many";

    /// <summary>True where the members that every entry has are there.</summary>
    public bool HasForm(LogPosition place, JsonElement entry)
    {
        var hasText = Has(place, entry, "kind", IsText) & Has(place, entry, "id", IsText);
        var hasRest = Has(place, entry, "seq", IsCount) & Has(place, entry, "at", IsTime) & Has(place, entry, "gen", IsCount);
        if (!hasText || !hasRest) return false;
        // A newer version may have words that are not known here.
        if (EntryVersions.Of(entry) > AuditEntry.ModelVersion) return true;
        CheckKind(place, entry);
        CheckMembers(place, entry);
        CheckParts(place, entry);
        CheckAttempts(place, entry);
        CheckUses(place, entry);
        if (NamesPayload(entry) && (Text(entry, "payload") is not { } name || !LogSnapshot.IsPayload(name)))
            findings.Add(place, AuditFindingKind.Member, "payload is no name of a payload", "payload");
        return true;
    }

    /// <summary>
    /// True where the member <c>payload</c> is the name of one. An act of reading has the word <c>true</c> there: kept requests were asked for.
    /// </summary>
    public static bool NamesPayload(JsonElement entry) => entry.TryGetProperty("payload", out _)
        && !(Text(entry, "payload") == "true" && Text(entry, "kind") == "control"
            && Text(entry, "act")?.StartsWith("control.audit.", StringComparison.Ordinal) == true);

    /// <summary>Entries that were counted in one: as many as their codes say, between two times.</summary>
    /// <remarks>
    /// The times are not compared. That would show no attack: the tree has the hash of the entry, and who can sign another one can write any time.
    /// </remarks>
    public void CheckSum(LogPosition place, JsonElement entry)
    {
        if (Count(entry, "entries") is not { } entries || Codes(entry) is not { } codes || entries != codes)
            findings.Add(place, AuditFindingKind.Sum, "the codes do not add up to the entries", "codes");
        foreach (var name in (string[])["first", "last"])
        {
            if (!TryTime(entry, name, out _)) findings.Add(place, AuditFindingKind.Sum, $"{name} is absent or no time", name);
        }
    }

    /// <summary>A fact that is a number, written as text; null where it is none.</summary>
    public static long? Count(JsonElement entry, string name) =>
        Text(entry, name) is { } text && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The time of an entry; null where it has none.</summary>
    public static DateTimeOffset? Time(JsonElement entry) => TryTime(entry, "at", out var at) ? at : null;

    public static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private void CheckKind(LogPosition place, JsonElement entry)
    {
        switch (Text(entry, "kind"))
        {
            case "begun":
                break;
            case "ended":
                foreach (var name in (string[])["up", "out", "bytesIn", "bytesOut"]) Has(place, entry, name, IsCount);
                break;
            case "control":
                Has(place, entry, "act", IsText);
                break;
            default:
                findings.Add(place, AuditFindingKind.Word, $"unknown kind of entry {Text(entry, "kind")}", "kind");
                break;
        }
    }

    // The facts of a control entry are texts, also where they have the name of a member.
    private void CheckMembers(LogPosition place, JsonElement entry)
    {
        var isControl = Text(entry, "kind") == "control";
        foreach (var member in entry.EnumerateObject())
        {
            var isText = member.Value.ValueKind == JsonValueKind.String;
            if (EntryMembers.InBoxes.Contains(member.Name) && !(member.Name == "peer" && isText && member.Value.ValueEquals(OfMany)))
                findings.Add(place, AuditFindingKind.Member, $"{member.Name} is in clear, and not in the box of a person", member.Name);
            if (EntryMembers.Types.TryGetValue(member.Name, out var type) ? !IsRight(member, type) && !(isControl && isText) : isControl && !isText)
                findings.Add(place, AuditFindingKind.Member, $"{member.Name} is of another type", member.Name);
        }
    }

    // Those that have checks of their own are not reported twice.
    private static bool IsRight(JsonProperty member, MemberType type)
    {
        if (member.Name is "v" or "seq" or "kind" or "id" or "at" or "gen" or "parts" or "attempts" or "payload" or "up" or "out" or "bytesIn" or "bytesOut") return true;
        if (!EntryMembers.IsOf(type, member.Value)) return false;
        if (!EntryMembers.TextsWithin.TryGetValue(member.Name, out var names)) return true;
        IEnumerable<JsonElement> objects = type == MemberType.Object ? [member.Value] : member.Value.EnumerateArray();
        return objects.All(one => names.All(name => Text(one, name) is not null));
    }

    private void CheckParts(LogPosition place, JsonElement entry)
    {
        if (!entry.TryGetProperty("parts", out var parts)) return;
        if (parts.ValueKind != JsonValueKind.Array)
        {
            findings.Add(place, AuditFindingKind.Member, "parts is not a list", "parts");
            return;
        }

        foreach (var part in parts.EnumerateArray())
        {
            if (part.ValueKind != JsonValueKind.Object) findings.Add(place, AuditFindingKind.Member, "a part is not an object", "parts");
            else CheckWords(place, Text(part, "kind"), Text(part, "outcome"));
        }
    }

    // The sum of the counts is the number of attempts (ID-08): a list that is no list, or a count that is none, would hide some.
    private void CheckAttempts(LogPosition place, JsonElement entry)
    {
        if (!entry.TryGetProperty("attempts", out var attempts)) return;
        if (attempts.ValueKind != JsonValueKind.Array || attempts.EnumerateArray().Any(attempt => attempt.ValueKind != JsonValueKind.Object))
        {
            findings.Add(place, AuditFindingKind.Member, "attempts is not a list of objects", "attempts");
            return;
        }

        foreach (var attempt in attempts.EnumerateArray()) CheckAttempt(place, attempt);
    }

    // The sum of the counts is the number of uses of a credential.
    private void CheckUses(LogPosition place, JsonElement entry)
    {
        if (!entry.TryGetProperty("credentials", out var uses) || !EntryMembers.IsOf(MemberType.Objects, uses)) return; // reported as a member
        foreach (var use in uses.EnumerateArray())
        {
            if (use.TryGetProperty("count", out var count) && (!IsCount(count) || count.GetInt64() == 0))
                findings.Add(place, AuditFindingKind.Member, "the count of uses is no number of 1 or more", "credentials.count");
        }
    }

    private void CheckAttempt(LogPosition place, JsonElement attempt)
    {
        if (!AttemptPlaces.TryParse(Text(attempt, "place"), out _))
            findings.Add(place, AuditFindingKind.Word, $"unknown place of attempts {Text(attempt, "place")}", "attempts.place");
        var reason = Text(attempt, "reason");
        if (Text(attempt, "outcome") != (reason is null ? "pass" : "deny") || (reason is not null && AttemptReasons.Of(reason) != reason))
            findings.Add(place, AuditFindingKind.Word, "unknown outcome or reason of attempts", "attempts.reason");
        if (attempt.TryGetProperty("count", out var count) && (!IsCount(count) || count.GetInt64() == 0))
            findings.Add(place, AuditFindingKind.Member, "the count of attempts is no number of 1 or more", "attempts.count");
        if (TryTime(attempt, "first", out var first) && (!TryTime(attempt, "last", out var last) || first > last))
            findings.Add(place, AuditFindingKind.Sum, "the first attempt is after the last", "attempts.first");
    }

    private void CheckWords(LogPosition place, string? kind, string? outcome)
    {
        if (!AuditPartKinds.TryParse(kind, out _)) findings.Add(place, AuditFindingKind.Word, $"unknown kind of part {kind}", "parts.kind");
        if (!AuditOutcomes.TryParse(outcome, out _)) findings.Add(place, AuditFindingKind.Word, $"unknown outcome {outcome}", "parts.outcome");
    }

    private bool Has(LogPosition place, JsonElement entry, string name, Func<JsonElement, bool> isRight)
    {
        if (entry.TryGetProperty(name, out var value) && isRight(value)) return true;
        findings.Add(place, AuditFindingKind.Member, $"{name} is absent or of another type", name);
        return false;
    }

    private static long? Codes(JsonElement entry)
    {
        long sum = 0;
        foreach (var one in (Text(entry, "codes") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = one.LastIndexOf('=');
            if (equals < 0 || !int.TryParse(one.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return null;
            sum += count;
        }

        return sum;
    }

    private static bool TryTime(JsonElement entry, string name, out DateTimeOffset time)
    {
        time = default;
        return entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out time);
    }

    private static bool IsText(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString()!.Length > 0;

    private static bool IsCount(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count) && count >= 0;

    private static bool IsTime(JsonElement value) => value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out _);
}
