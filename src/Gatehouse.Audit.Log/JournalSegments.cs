namespace Gatehouse.Audit.Log;

/// <summary>
/// The segments of the journal that are there, and how far each is on stable storage. The committer adds to it, the integrator reads it.
/// </summary>
internal sealed class JournalSegments
{
    private readonly Lock gate = new();
    private readonly List<JournalSegment> segments = [];

    /// <summary>The number of entries that are on stable storage, from the first one of the log.</summary>
    public long Committed { get; private set; }

    /// <summary>The number of the newest segment; 0 before the first.</summary>
    public long LastNumber
    {
        get
        {
            lock (gate) return segments.Count == 0 ? 0 : segments[^1].Number;
        }
    }

    /// <summary>Adds a segment that begins with the next entry.</summary>
    public void Begin(long number)
    {
        lock (gate) segments.Add(new JournalSegment(number, Committed, Tree.JournalFormat.HeaderBytes));
    }

    /// <summary>Adds a segment that was found on disk.</summary>
    public void Found(JournalSegment segment, long entries)
    {
        lock (gate)
        {
            segments.Add(segment);
            Committed = segment.FirstLeaf + entries;
        }
    }

    /// <summary>The newest segment is on stable storage up to this length, with so many more entries.</summary>
    public void Commit(long length, int entries)
    {
        lock (gate)
        {
            segments[^1] = segments[^1] with { Length = length };
            Committed += entries;
        }
    }

    /// <summary>Returns the segments as they are now, the oldest first, and the number of entries that are on stable storage in them.</summary>
    public (IReadOnlyList<JournalSegment> Segments, long Committed) Snapshot()
    {
        lock (gate) return ([.. segments], Committed);
    }

    /// <summary>
    /// Returns the segments that are no longer needed, in the order in which they are to be deleted: all their entries are in full bundles below the
    /// size of a published checkpoint. The oldest one that stays has an entry on stable storage, and so its header is there as well. Segments
    /// without an entry, whose first commit failed, come first: no other segment needs them, and their headers may be lost.
    /// </summary>
    public IReadOnlyList<JournalSegment> Released(long published)
    {
        lock (gate)
        {
            var count = segments.Count - 1;
            while (count > 0 && (CeilingOf(segments[count].FirstLeaf) > published || IsEmpty(count))) count--;
            if (count <= 0) return [];
            return [.. Enumerable.Range(0, count).OrderBy(at => IsEmpty(at) ? 0 : 1).Select(at => segments[at])];
        }
    }

    /// <summary>Takes a segment out.</summary>
    public void Remove(JournalSegment released)
    {
        lock (gate) segments.Remove(released);
    }

    private bool IsEmpty(int at) => segments[at].FirstLeaf == (at + 1 < segments.Count ? segments[at + 1].FirstLeaf : Committed);

    /// <summary>The end of the bundle in which an entry is the last before this index.</summary>
    public static long CeilingOf(long index) => (index + Tree.TilePath.FullWidth - 1) / Tree.TilePath.FullWidth * Tree.TilePath.FullWidth;
}
