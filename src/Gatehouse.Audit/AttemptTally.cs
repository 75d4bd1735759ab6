namespace Gatehouse.Audit;

/// <summary>
/// Counts of attempts by place and reason, with the time of the first and the last. Both are closed lists, so the counts are bounded whatever
/// strangers do. Not safe for concurrent use.
/// </summary>
public sealed class AttemptTally
{
    /// <summary>
    /// The most counts. Beyond it a refused attempt counts as <see cref="AttemptReasons.Other"/> of its place. The counts are in one entry, which
    /// never shortens them, beside the two largest boxes of sealed facts.
    /// </summary>
    public const int MostCounts = 96;

    private readonly Dictionary<(AttemptPlace Place, string? Refusal), Counter> counts = [];

    /// <summary>True while nothing is counted.</summary>
    public bool IsEmpty => counts.Count == 0;

    /// <summary>Counts attempts.</summary>
    /// <param name="attempts">The attempts.</param>
    /// <param name="at">The time of those that have no time of their own.</param>
    public void Add(IReadOnlyList<AuditAttempt> attempts, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        for (var i = 0; i < attempts.Count; i++) Add(attempts[i], at);
    }

    /// <summary>Counts what another tally has.</summary>
    public void Add(AttemptTally other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var (key, counter) in other.counts) Add(key, counter.Count, counter.First, counter.Last);
    }

    /// <summary>Returns the counts, in the order of places and reasons.</summary>
    public IReadOnlyList<AuditAttempt> ToList() =>
    [
        .. counts.OrderBy(one => one.Key.Place).ThenBy(one => one.Key.Refusal, StringComparer.Ordinal).Select(one =>
            new AuditAttempt(one.Key.Place, one.Key.Refusal) { Count = one.Value.Count, First = one.Value.First, Last = one.Value.Last }),
    ];

    /// <summary>Sets all counts to zero.</summary>
    public void Clear() => counts.Clear();

    private void Add(AuditAttempt attempt, DateTimeOffset at) =>
        Add((attempt.Place, attempt.Refusal), attempt.Count, attempt.First ?? at, attempt.Last ?? at);

    private void Add((AttemptPlace Place, string? Refusal) key, long count, DateTimeOffset first, DateTimeOffset last)
    {
        if (!counts.TryGetValue(key, out var counter)) counter = Begin(key, first, last);
        counter.Count += count;
        if (first < counter.First) counter.First = first;
        if (last > counter.Last) counter.Last = last;
    }

    private Counter Begin((AttemptPlace Place, string? Refusal) key, DateTimeOffset first, DateTimeOffset last)
    {
        if (counts.Count >= MostCounts && key.Refusal is not null) key.Refusal = AttemptReasons.Other;
        if (!counts.TryGetValue(key, out var counter)) counts[key] = counter = new Counter { First = first, Last = last };
        return counter;
    }

    private sealed class Counter
    {
        public long Count { get; set; }

        public DateTimeOffset First { get; set; }

        public DateTimeOffset Last { get; set; }
    }
}
