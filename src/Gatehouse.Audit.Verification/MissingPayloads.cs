using System.Globalization;
using System.Text.Json;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Kept payloads that entries name and that are not there. An entry of the same log or of a later one can say why: <c>payload.erased</c> names it, or
/// <c>audit.retention</c> of the class <c>payloads</c> has a later month.
/// </summary>
/// <param name="findings">Takes what is wrong.</param>
/// <param name="most">The most names that are remembered.</param>
internal sealed class MissingPayloads(FindingCollector findings, int most = MissingPayloads.MostMissing)
{
    /// <summary>Absent payloads whose names are remembered until an entry says why. Of the others only the newest time is.</summary>
    internal const int MostMissing = 1_000_000;

    private readonly Dictionary<string, (LogPosition Place, DateTimeOffset? At)> missing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset?> unjudged = new(StringComparer.Ordinal); // entries behind them are absent
    private (long Count, LogPosition First, DateTimeOffset Newest) rest;
    private DateTimeOffset announced = DateTimeOffset.MinValue; // the destruction is about to begin
    private DateTimeOffset destroyed = DateTimeOffset.MinValue;

    private DateTimeOffset RetainedSince => announced > destroyed ? announced : destroyed;

    /// <summary>A payload is not there.</summary>
    /// <param name="place">The entry that names it.</param>
    /// <param name="payload">Its name.</param>
    /// <param name="at">The time of the entry; null where it has none.</param>
    public void Add(LogPosition place, string payload, DateTimeOffset? at)
    {
        if (missing.Count + unjudged.Count < most)
        {
            missing.TryAdd(payload, (place, at));
            return;
        }

        if (missing.ContainsKey(payload)) return;
        var newest = at ?? DateTimeOffset.MaxValue;
        rest = rest.Count == 0 ? (1, place, newest) : (rest.Count + 1, rest.First, newest > rest.Newest ? newest : rest.Newest);
    }

    /// <summary>An entry says that a payload was erased.</summary>
    public void Erased(string payload)
    {
        if (!missing.Remove(payload)) unjudged.Remove(payload);
    }

    /// <summary>Entries are absent here, or could not be read. They may say why the payloads until now are not there.</summary>
    public void Unread()
    {
        foreach (var (payload, (_, at)) in missing) unjudged.TryAdd(payload, at);
        missing.Clear();
    }

    /// <summary>
    /// An entry <c>audit.retention</c>. Without an outcome it is ahead of a destruction, which counts as done unless an entry with the outcome
    /// <c>failed</c> follows. Each start of the gateway announces it again, and a failure takes all of these back. The threat: a person deletes kept
    /// requests, and an attempt that destroyed nothing excuses them (CWE-778).
    /// </summary>
    public void Retained(JsonElement entry)
    {
        if (EntryCheck.Text(entry, "class") != "payloads" || Month(entry, "until") is not { } until) return;
        switch (EntryCheck.Text(entry, "outcome"))
        {
            case null:
                if (until <= announced) break;
                Destroyed(announced); // a later month follows only on one that succeeded
                announced = until;
                break;
            case "failed":
                // The keys may be destroyed nevertheless, and only rows of them left.
                if (announced <= until) announced = DateTimeOffset.MinValue;
                if (Month(entry, "destroyed") is { } before) Destroyed(before);
                break;
            case "done":
                Destroyed(until);
                break;
        }
    }

    /// <summary>All logs were read.</summary>
    /// <param name="isOneLog">True where the folder of one log was given, without those of later logs.</param>
    /// <param name="isUpTo">True where only entries up to one were read. What is missing may be reported after it, so it is no finding.</param>
    /// <returns>What the report states.</returns>
    public IEnumerable<string> End(bool isOneLog, bool isUpTo)
    {
        var unexplained = missing.Where(one => !(one.Value.At < RetainedSince)).ToList();
        if (rest.Newest < RetainedSince) rest = default;
        var open = unjudged.Count(one => !(one.Value < RetainedSince));
        if (isUpTo)
        {
            var count = unexplained.Count + open + rest.Count;
            return count == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"kept requests that are not here: {count}. Entries after the last one that was read may say why")];
        }

        IReadOnlyList<string> facts = open == 0 ? [] :
            [string.Create(CultureInfo.InvariantCulture, $"kept requests that are not here, and were not judged: {open}. ")
                + "Entries that are archived, absent or could not be read may say that they were erased"];
        var where = isOneLog ? "no entry of this log says that it was erased or that its time was over; one of a later log may"
            : "no entry says that it was erased or that its time was over";
        foreach (var (payload, (place, _)) in unexplained)
            findings.Add(place, AuditFindingKind.PayloadMissing,
                $"the payload {payload} is not there, and {where}", "payload");
        if (rest.Count > 0)
            findings.Add(rest.First, AuditFindingKind.PayloadMissing, string.Create(CultureInfo.InvariantCulture,
                $"further payloads that are not there: {rest.Count}. The names of at most {most} are remembered, so it was not checked whether entries explain them all"), "payload");
        return facts;
    }

    private void Destroyed(DateTimeOffset until)
    {
        if (until > destroyed) destroyed = until;
    }

    private static DateTimeOffset? Month(JsonElement entry, string name) => DateTimeOffset.TryParseExact(EntryCheck.Text(entry, name), "yyyy-MM",
        CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var month) ? month : null;
}
