using System.Globalization;
using System.Text.Json;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Search;

/// <summary>
/// Finds what is missing in a log: calls that were begun and have no end, checks that did not run, messages and entries that were lost, receipts
/// that were not kept, and logs that did not end as they should. It reads the log itself, not its index.
/// </summary>
/// <remarks>
/// A process counts its entries from 1. So a call that has no end and was begun before the newest entry with the number 1 belongs to a process that
/// is gone, and so does every call where the newest process wrote its <c>stop</c>.
/// </remarks>
/// <param name="source">The log.</param>
/// <param name="time">The clock, for the age of calls.</param>
public sealed class LogGaps(ILogSource source, TimeProvider time)
{
    /// <summary>The most gaps of each kind in a report. All are counted.</summary>
    public const int MostShown = 200;

    /// <summary>The most calls without an end that are held while the log is read. Beyond it the oldest are only counted.</summary>
    public const int MostHeld = 100_000;

    /// <summary>Reads the log.</summary>
    /// <param name="since">The earliest time of entries that are examined; null for all.</param>
    /// <param name="scope">The only calls that are examined. Then nothing else is: lost entries and logs are not of some persons. Null for all.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public Task<GapReport> FindAsync(DateTimeOffset? since, EntryScope? scope, CancellationToken cancellation) =>
        Task.Run(() => Find(since, scope, cancellation), cancellation);

    private GapReport Find(DateTimeOffset? since, EntryScope? scope, CancellationToken cancellation)
    {
        var found = new GapCollector(time.GetUtcNow());
        var entries = 0L;
        var last = long.MaxValue;
        var older = (EntryPosition?)null;
        var absent = source.Absent();
        var promises = new OpenPromises(source, time.GetUtcNow());
        foreach (var entry in source.ReadFrom(null))
        {
            cancellation.ThrowIfCancellationRequested();
            using var document = JsonDocument.Parse(entry.Json);
            var facts = new EntryFacts(document.RootElement);
            // A process counts its entries from 1. Its first ones may be lost.
            if (facts.Sequence is { } number)
            {
                if (number <= last) found.EndProcess();
                last = number;
            }

            if (facts.Act == "stop") found.HasStopped = true;
            if (facts.At < since) older = entry.Position;
            if (facts.At < since || scope?.Includes(facts) == false) continue;
            entries++;
            found.Add(facts);
            if (promises.IsBroken(entry.Position, facts)) found.AddReceipt(facts);
        }

        if (scope is null) foreach (var gap in LogSuccession.GapsOf(source)) found.Add(gap);
        return found.Report(entries) with { Absent = [.. absent.Where(range => !IsBefore(range, older))] };
    }

    // Entries are in the order of their times: before an entry that is too old, all are.
    private static bool IsBefore(AbsentRange range, EntryPosition? older) => older is { } place
        && (range.Log == place.Log ? range.Last < place.Index : string.CompareOrdinal(range.Log, place.Log) < 0);
}

/// <summary>Gaps as they are found, each kind bounded.</summary>
internal sealed class GapCollector(DateTimeOffset now)
{
    // The stages before anything is sent to a server. The entry of a call that was begun names them all.
    private static readonly string[] Stages =
        ["accept", "authenticate", "validate", "session", "resolve", "authorize", "limit", "inspect-request", Approve];

    // Nothing is carried out where a released result answers, so no person is asked.
    private const string Approve = "approve";

    private readonly Dictionary<string, Queue<LogGap>> shown = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> counts = LogGap.Kinds.ToDictionary(kind => kind, _ => 0L, StringComparer.Ordinal);
    private readonly OrderedDictionary<string, BegunCall> begun = new(StringComparer.Ordinal);

    /// <summary>Takes the next entry.</summary>
    public void Add(EntryFacts facts)
    {
        if (facts.Kind == "begun") Begin(facts);
        var wasBegun = facts.Kind == "ended" && End(facts);
        if (facts.Kind != "control") AddChecks(facts, wasBegun);
        else if (facts.Act == "log.gap") AddLost(facts);
    }

    /// <summary>True when the process wrote that it stops. Ends of calls may still follow.</summary>
    public bool HasStopped { get; set; }

    /// <summary>The process whose entries came until now has ended, and another begins.</summary>
    public void EndProcess()
    {
        HasStopped = false;
        Clear(isEnded: true);
    }

    /// <summary>Takes a gap.</summary>
    public void Add(LogGap gap)
    {
        counts[gap.Kind]++;
        if (!shown.TryGetValue(gap.Kind, out var kept)) shown[gap.Kind] = kept = [];
        kept.Enqueue(gap);
        if (kept.Count > LogGaps.MostShown) kept.Dequeue();
    }

    /// <summary>The log has ended.</summary>
    public GapReport Report(long entries)
    {
        Clear(HasStopped);
        return new GapReport(entries, counts, [.. LogGap.Kinds.SelectMany(kind => shown.TryGetValue(kind, out var kept) ? kept.Reverse() : [])]);
    }

    private void Begin(EntryFacts facts)
    {
        // The oldest that is held is the least likely to end. It counts as one that did not.
        if (begun.Count >= LogGaps.MostHeld)
        {
            AddUnended(begun.GetAt(0).Value, isEnded: true);
            begun.RemoveAt(0);
        }

        var call = Of(facts, LogGap.Open) with { AgeSeconds = (long)Math.Max(0, (now - facts.At).TotalSeconds) };
        begun[facts.Id] = new BegunCall(call, MissingOf(facts) is [Approve] ? NotRunOf(facts, [Approve]) : null);
    }

    private bool End(EntryFacts facts)
    {
        if (!begun.Remove(facts.Id, out var call)) return false;
        if (call.Unasked is { } unasked && !IsReleased(facts)) Add(unasked);
        return true;
    }

    private void Clear(bool isEnded)
    {
        foreach (var call in begun.Values) AddUnended(call, isEnded);
        begun.Clear();
    }

    private void AddUnended(BegunCall call, bool isEnded)
    {
        Add(isEnded ? call.Call with { Kind = LogGap.Unended } : call.Call);
        if (call.Unasked is { } unasked) Add(unasked);
    }

    private static bool IsReleased(EntryFacts facts) =>
        facts.AllParts().Any(part => part is { Kind: "approval", Outcome: "permit", Reason: "released" });

    private static List<string> MissingOf(EntryFacts facts) => [.. Stages.Except(facts.Checks(), StringComparer.Ordinal)];

    private static LogGap NotRunOf(EntryFacts facts, IEnumerable<string> missing) =>
        Of(facts, LogGap.NotRun) with { What = "stages: " + string.Join(", ", missing) };

    private void AddChecks(EntryFacts facts, bool wasBegun)
    {
        // The end of a call repeats what its begin has. A call that only reads has no begin.
        if (facts.Kind == "begun" || (!wasBegun && facts.Code is null && facts.Verdict == "permit"))
        {
            // Of a begun call, only its end says whether a released result answered.
            var missing = MissingOf(facts);
            if (missing.Count > 0 && !(missing is [Approve] && (facts.Kind == "begun" || IsReleased(facts)))) Add(NotRunOf(facts, missing));
        }

        if (facts.Kind == "begun") return;

        foreach (var part in facts.AllParts())
        {
            if (WhatDidNotRun(part) is { } what) Add(Of(facts, LogGap.NotRun) with { What = what, Count = part.Count });
            else if (part.Outcome == "gap") Add(Of(facts, LogGap.Messages) with { What = part.Reason, Count = part.Count });
        }
    }

    // A refusal is not among them: a check that could not run and refused let nothing pass.
    private static string? WhatDidNotRun(EntryPart part) => part switch
    {
        { Kind: "decision", Outcome: "fault" } => "decision point: " + (part.Reason ?? "fault"),
        { Kind: "detection", Reason: "text-ghs9020" or "metadata-ghs9020", Outcome: not ("block" or "deny") } => "inspection of a text",
        { Kind: "rule", Reason: "input-schema-unusable" or "output-schema-unusable", Outcome: not ("deny" or "drop") } => part.Reason,
        _ => null,
    };

    private void AddLost(EntryFacts facts) => Add(new LogGap
    {
        Kind = LogGap.Lost,
        At = facts.At,
        Id = facts.Id,
        What = "since " + facts.Text("since"),
        Count = long.TryParse(facts.Text("lost"), NumberStyles.None, CultureInfo.InvariantCulture, out var lost) ? lost : null,
        Attempts = facts.Attempts(),
    });

    /// <summary>Takes the entry of a receipt that was not kept.</summary>
    public void AddReceipt(EntryFacts facts) => Add(Of(facts, LogGap.Receipt) with { What = "not under a checkpoint in time" });

    private static LogGap Of(EntryFacts facts, string kind) => new()
    {
        Kind = kind,
        At = facts.At,
        Id = facts.Id,
        Issuer = facts.Text("iss"),
        Person = facts.Text("sub"),
        IsSealed = facts.HasSealedActor,
        Server = facts.Server,
        Method = facts.Method,
        Tool = facts.Tool,
    };

    /// <summary>A call that has begun.</summary>
    /// <param name="Call">The call.</param>
    /// <param name="Unasked">The gap if only the stage of approvals is missing and no released result answers; null where no stage is missing.</param>
    private sealed record BegunCall(LogGap Call, LogGap? Unasked);
}
