using System.Text.Json;
using Gatehouse.Audit.Search;
using Gatehouse.Cli.Output;
using Gatehouse.Pipeline.Inspection.Protection;
using Gatehouse.Policy;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>An exchange of the audit log that has ended, with the findings in its messages.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Server">The server; null for one that reached none.</param>
/// <param name="Method">The method; null for an answer of the client.</param>
/// <param name="Tool">The called tool; null for another method.</param>
/// <param name="Caller">The caller; null where none was verified.</param>
/// <param name="IsRequestRead">True when the texts of the request were inspected.</param>
/// <param name="Answers">Messages that were passed to the client, without progress and log messages.</param>
/// <param name="Notes">Progress and log messages that were passed to the client.</param>
/// <param name="Findings">The findings, suppressed ones and those of rules in shadow among them.</param>
/// <param name="Protected">Secrets and personal data in its messages, and how many of each.</param>
/// <param name="Uncounted">Findings of a record that was full, without their details.</param>
internal sealed record RecordedExchange(string Id, string? Server, string? Method, string? Tool, PolicySubject? Caller, bool IsRequestRead,
    int Answers, int Notes, IReadOnlyList<RecordedFinding> Findings, IReadOnlyList<(ProtectionDetail Detail, int Count)> Protected,
    int Uncounted)
{
    /// <summary>Returns the ended exchanges since a moment, oldest first.</summary>
    public static IEnumerable<RecordedExchange> Read(string folder, DateTimeOffset since) =>
        OpenedLog.Read(folder, TimeProvider.System).Select(entry => Of(entry, since)).OfType<RecordedExchange>();

    private static RecordedExchange? Of(JsonElement entry, DateTimeOffset since)
    {
        if (entry.ValueKind != JsonValueKind.Object || Text(entry, "kind") != "ended" || Text(entry, "id") is not { } id) return null;
        if (EntryMember.Moment(entry) is not { } moment || moment < since) return null;
        var parts = List(entry, "parts").Where(part => part.ValueKind == JsonValueKind.Object && Text(part, "kind") == "detection").ToList();
        var method = Text(entry, "method");
        return new RecordedExchange(id, Text(entry, "server"), method, method == "tools/call" ? Text(entry, "name") : null, CallerOf(entry),
            List(entry, "checks").Any(check => check.ValueKind == JsonValueKind.String && check.GetString()!.StartsWith("inspect-request", StringComparison.Ordinal)),
            Number(entry, "out") - Number(entry, "notes"), Number(entry, "notes"), [.. parts.Select(RecordedFinding.Of).OfType<RecordedFinding>()],
            ProtectedOf(parts),
            parts.Where(part => Text(part, "reason") == "others").Sum(part => Math.Max(1, Number(part, "count"))));
    }

    private static List<(ProtectionDetail Detail, int Count)> ProtectedOf(IReadOnlyList<JsonElement> parts)
    {
        List<(ProtectionDetail, int)> all = [];
        foreach (var part in parts)
        {
            if (Text(part, "reason")?.StartsWith(ProtectionDetail.ReasonMark, StringComparison.Ordinal) == true
                && ProtectionDetail.TryParse(Text(part, "detail"), out var detail)) all.Add((detail, Math.Max(1, Number(part, "count"))));
        }

        return all;
    }

    private static PolicySubject? CallerOf(JsonElement entry) => Text(entry, "sub") is not { } subject ? null
        : new PolicySubject(Text(entry, "iss") ?? "", subject, Text(entry, "client"), Texts(entry, "scopes"), Texts(entry, "roles"), Texts(entry, "groups"));

    private static IReadOnlyList<string> Texts(JsonElement entry, string name) =>
        [.. List(entry, name).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)];

    private static JsonElement[] List(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [];

    /// <summary>Returns a member of an entry that is a text; null for none.</summary>
    internal static string? Text(JsonElement entry, string name) => EntryMember.Text(entry, name);

    /// <summary>Returns a member of an entry that is a number; 0 for none.</summary>
    internal static int Number(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : 0;
}
