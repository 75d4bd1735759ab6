namespace Gatehouse.Audit;

/// <summary>
/// Counts of attempts by place and reason, with the time of the first and the last. Both are closed lists, so the counts are bounded whatever
/// strangers do. Not safe for concurrent use.
/// </summary>
public sealed class AttemptTally
{
    /// <summary>The most counts. Beyond it a refused attempt counts as <see cref="AttemptReasons.Other"/> of its place.</summary>
    public const int MostCounts = 256;

    private readonly Dictionary<(AttemptPlace Place, string? Refusal), AuditAttempt> counts = [];

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
        foreach (var attempt in other.counts.Values) Add(attempt, default);
    }

    /// <summary>Returns the counts, in the order of places and reasons.</summary>
    public IReadOnlyList<AuditAttempt> ToList() =>
        [.. counts.Values.OrderBy(attempt => attempt.Place).ThenBy(attempt => attempt.Refusal, StringComparer.Ordinal)];

    /// <summary>Sets all counts to zero.</summary>
    public void Clear() => counts.Clear();

    private void Add(AuditAttempt attempt, DateTimeOffset at)
    {
        var (first, last) = (attempt.First ?? at, attempt.Last ?? at);
        var key = (attempt.Place, attempt.Refusal);
        if (counts.Count >= MostCounts && attempt.Refusal is not null && !counts.ContainsKey(key)) key.Refusal = AttemptReasons.Other;
        counts[key] = counts.TryGetValue(key, out var known)
            ? known with { Count = known.Count + attempt.Count, First = Earlier(known.First!.Value, first), Last = Later(known.Last!.Value, last) }
            : new AuditAttempt(key.Place, key.Refusal) { Count = attempt.Count, First = first, Last = last };
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
