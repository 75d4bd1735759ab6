using System.Buffers;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Validation;

/// <summary>The names of all open objects as one stack, and the search for names that occur twice in one object.</summary>
/// <remarks>
/// An object's names are adjacent, since those of an inner object are gone before the outer one continues. Up to <see cref="LinearMembers"/> names
/// each new one is compared with its predecessors by hash. A larger object is sorted by hash once, when it closes. Names of equal hash are compared
/// decoded. No input makes this quadratic in its length.
/// </remarks>
internal ref struct MemberNames
{
    /// <summary>Objects up to this many members are searched while they are read.</summary>
    public const int LinearMembers = 32;

    private readonly ReadOnlySpan<byte> bytes;
    private Span<ulong> hashes;
    private Span<NameSpan> spans;
    private ulong[]? rentedHashes;
    private NameSpan[]? rentedSpans;

    /// <summary>Begins with no names.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="hashes">Room to begin with.</param>
    /// <param name="spans">Room of the same length.</param>
    public MemberNames(ReadOnlySpan<byte> bytes, Span<ulong> hashes, Span<NameSpan> spans)
    {
        this.bytes = bytes;
        this.hashes = hashes;
        this.spans = spans;
    }

    /// <summary>Names on the stack.</summary>
    public int Count { get; private set; }

    /// <summary>Names compared byte by byte so far, for a test of the bound.</summary>
    public long Comparisons { get; private set; }

    /// <summary>Adds a name to the object whose names begin at <paramref name="first"/>.</summary>
    /// <param name="first">The value of <see cref="Count"/> when the object was opened.</param>
    /// <param name="span">The place of the name.</param>
    /// <param name="hash">The hash of the decoded name.</param>
    /// <returns>False when the object has that name already.</returns>
    public bool TryAdd(int first, NameSpan span, ulong hash)
    {
        if (Count - first < LinearMembers && Contains(first, span, hash))
            return false;
        if (Count == hashes.Length)
            Grow();
        hashes[Count] = hash;
        spans[Count] = span;
        Count++;
        return true;
    }

    /// <summary>Ends the object whose names begin at <paramref name="first"/> and removes its names.</summary>
    /// <returns>False when one of them occurs twice.</returns>
    public bool TryClose(int first)
    {
        var distinct = Count - first <= LinearMembers || SortedAreDistinct(hashes[first..Count], spans[first..Count]);
        Count = first;
        return distinct;
    }

    /// <summary>Gives rented memory back.</summary>
    public void Return()
    {
        if (rentedHashes is not null)
            ArrayPool<ulong>.Shared.Return(rentedHashes);
        if (rentedSpans is not null)
            ArrayPool<NameSpan>.Shared.Return(rentedSpans);
        rentedHashes = null;
        rentedSpans = null;
    }

    private bool Contains(int first, NameSpan span, ulong hash)
    {
        ReadOnlySpan<ulong> open = hashes[first..Count];
        for (var at = 0; at < open.Length; at++)
        {
            if (open[at] == hash && Compare(spans[first + at], span) == 0)
                return true;
        }

        return false;
    }

    private bool SortedAreDistinct(Span<ulong> hashes, Span<NameSpan> spans)
    {
        hashes.Sort(spans);
        var start = 0;
        while (start < hashes.Length)
        {
            var end = start + 1;
            while (end < hashes.Length && hashes[end] == hashes[start])
                end++;
            if (end - start > 1 && !RunIsDistinct(spans[start..end]))
                return false;
            start = end;
        }

        return true;
    }

    /// <summary>Heap sort by decoded name: no allocation, and n log n comparisons whatever the names are.</summary>
    private bool RunIsDistinct(Span<NameSpan> run)
    {
        for (var root = (run.Length / 2) - 1; root >= 0; root--)
            Sink(run, root);
        for (var end = run.Length - 1; end > 0; end--)
        {
            (run[0], run[end]) = (run[end], run[0]);
            Sink(run[..end], 0);
            if (end + 1 < run.Length && Compare(run[end], run[end + 1]) == 0)
                return false;
        }

        return Compare(run[0], run[1]) != 0;
    }

    private void Sink(Span<NameSpan> heap, int root)
    {
        while ((2 * root) + 1 < heap.Length)
        {
            var child = (2 * root) + 1;
            if (child + 1 < heap.Length && Compare(heap[child], heap[child + 1]) < 0)
                child++;
            if (Compare(heap[root], heap[child]) >= 0)
                return;
            (heap[root], heap[child]) = (heap[child], heap[root]);
            root = child;
        }
    }

    private int Compare(NameSpan left, NameSpan right)
    {
        Comparisons++;
        return JsonEscapes.CompareDecoded(bytes.Slice(left.Start, left.Length), bytes.Slice(right.Start, right.Length));
    }

    private void Grow()
    {
        var hashes = ArrayPool<ulong>.Shared.Rent(this.hashes.Length * 2);
        var spans = ArrayPool<NameSpan>.Shared.Rent(hashes.Length);
        this.hashes.CopyTo(hashes);
        this.spans.CopyTo(spans);
        Return();
        rentedHashes = hashes;
        rentedSpans = spans;
        this.hashes = hashes;
        this.spans = spans.AsSpan(0, hashes.Length);
    }
}
