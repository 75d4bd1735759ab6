using System.Globalization;
using System.Text.Json;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Kept payloads that entries name and that are not there. An entry of the same log or of a later one can say why: <c>payload.erased</c> names it, or
/// <c>audit.retention</c> of the class <c>payloads</c> has a later month.
/// </summary>
internal sealed class MissingPayloads(FindingCollector findings)
{
    private readonly Dictionary<string, (LogPosition Place, DateTimeOffset? At)> missing = new(StringComparer.Ordinal);
    private DateTimeOffset retainedSince = DateTimeOffset.MinValue;

    /// <summary>A payload is not there.</summary>
    /// <param name="place">The entry that names it.</param>
    /// <param name="payload">Its name.</param>
    /// <param name="at">The time of the entry; null where it has none.</param>
    public void Add(LogPosition place, string payload, DateTimeOffset? at) => missing.TryAdd(payload, (place, at));

    /// <summary>An entry says that a payload was erased.</summary>
    public void Erased(string payload) => missing.Remove(payload);

    /// <summary>An entry <c>audit.retention</c>.</summary>
    public void Retained(JsonElement entry)
    {
        if (EntryCheck.Text(entry, "class") != "payloads" || !DateTimeOffset.TryParseExact(EntryCheck.Text(entry, "until"), "yyyy-MM",
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)) return;
        if (until > retainedSince) retainedSince = until;
    }

    /// <summary>All logs were read.</summary>
    /// <param name="isOneLog">True where the folder of one log was given, without those of later logs.</param>
    /// <param name="isUpTo">True where only entries up to one were read. What is missing may be reported after it, so it is no finding.</param>
    /// <returns>What the report states.</returns>
    public IEnumerable<string> End(bool isOneLog, bool isUpTo)
    {
        if (isUpTo)
        {
            var count = missing.Count(one => !(one.Value.At < retainedSince));
            return count == 0 ? [] : [$"kept requests that are not here: {count}. Entries after the last one that was read may say why"];
        }

        var where = isOneLog ? "no entry of this log says that it was erased or that its time was over; one of a later log may"
            : "no entry says that it was erased or that its time was over";
        foreach (var (payload, (place, _)) in missing.Where(one => !(one.Value.At < retainedSince)))
            findings.Add(place, AuditFindingKind.PayloadMissing,
                $"the payload {payload} is not there, and {where}", "payload");
        return [];
    }
}
