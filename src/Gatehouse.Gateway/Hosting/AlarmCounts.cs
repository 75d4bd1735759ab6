using System.Globalization;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Hosting;

/// <summary>Alarms since the start, by kind. Thread-safe.</summary>
internal sealed class AlarmCounts
{
    /// <summary>The kind under which further kinds are counted when there are more than a person reads.</summary>
    public const string OtherKind = "other";

    // Kinds are words of this program. The bound holds also where a caller of this class makes a mistake and passes another text.
    private const int MostKinds = 32;

    private readonly Lock turn = new();
    private readonly SortedDictionary<string, AlarmCount> counts = new(StringComparer.Ordinal);

    /// <summary>Counts an alarm.</summary>
    /// <param name="kind">Its kind, such as <c>code-reuse</c>.</param>
    /// <param name="at">The moment.</param>
    public void Add(string kind, DateTimeOffset at)
    {
        lock (turn)
        {
            var known = counts.ContainsKey(kind) || counts.Count < MostKinds ? kind : OtherKind;
            counts[known] = new AlarmCount(known, counts.GetValueOrDefault(known).Count + 1, at);
        }
    }

    /// <summary>Returns the counts, by kind.</summary>
    public IReadOnlyList<AlarmCount> All()
    {
        lock (turn) return [.. counts.Values];
    }

    /// <summary>
    /// Returns the counts for <c>gatehouse status</c>, such as <c>code-reuse 2, refresh-reuse 1; last 2026-11-20 12:00:00Z</c>; null without one.
    /// </summary>
    public string? Sentence()
    {
        var all = All();
        return all.Count == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"{string.Join(", ", all.Select(one => $"{one.Kind} {one.Count}"))}; last {Moments.Words(all.Max(one => one.Last))}");
    }
}
