using System.Collections.Concurrent;

namespace Gatehouse.Pipeline.Inspection.Texts;

/// <summary>
/// What was judged last, by keyed digests (<see cref="TextDigest"/>). Bounded: two halves, of which the older one is dropped when the newer one is
/// full. Safe for concurrent use.
/// </summary>
/// <typeparam name="TJudgement">What is known of a text. It holds no text.</typeparam>
internal sealed class RecentJudgements<TJudgement>
{
    /// <summary>Most entries of a half.</summary>
    public const int MostOfHalf = 4_096;

    private Half newer = new();
    private Half older = new();

    /// <summary>Finds a judgement, and keeps it for longer.</summary>
    /// <param name="digest">The digest of what was judged.</param>
    /// <param name="judgement">The judgement.</param>
    public bool TryFind(UInt128 digest, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TJudgement judgement)
    {
        if (newer.Entries.TryGetValue(digest, out judgement)) return true;
        if (!older.Entries.TryGetValue(digest, out judgement)) return false;
        Add(digest, judgement);
        return true;
    }

    /// <summary>Keeps a judgement.</summary>
    public void Add(UInt128 digest, TJudgement judgement)
    {
        var half = newer;
        if (half.Entries.TryAdd(digest, judgement)) half.Added();
        if (half.Count < MostOfHalf || Interlocked.CompareExchange(ref newer, new Half(), half) != half) return;
        older = half;
    }

    // The dictionary counts its entries only under all its locks.
    private sealed class Half
    {
        private int count;

        public ConcurrentDictionary<UInt128, TJudgement> Entries { get; } = new();

        public int Count => Volatile.Read(ref count);

        public void Added() => Interlocked.Increment(ref count);
    }
}
