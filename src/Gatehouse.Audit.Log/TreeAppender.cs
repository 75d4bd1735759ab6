using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>
/// Appends the entries of the journal to the tree, publishes checkpoints, and deletes what the journal need not keep any more. It reads the journal
/// again instead of keeping entries in memory: however far it is behind, it needs no more than one buffer. Not safe for concurrent use.
/// </summary>
internal sealed class TreeAppender(ILogFolder folder, ILogKeys keys, LogSpace space, OpenLog log, KeptPayloads payloads)
{
    private readonly byte[] buffer = new byte[JournalFormat.ReadBytes];
    private (long Number, long Offset)? place;
    private readonly long recovered = log.Segments.Committed; // entries of earlier processes: the disk may have changed since they were read
    private bool isNameUnsynced; // of the segment that was deleted last
    private long? resumeAt; // tiles from here on are to be written again before anything else
    private long published = log.Published;
    private long appended = log.Tree.Size;

    /// <summary>The size of the newest checkpoint. May be read by any thread.</summary>
    public long Published => Interlocked.Read(ref published);

    /// <summary>The entries in the tree. May be read by any thread.</summary>
    public long Appended => Interlocked.Read(ref appended);

    /// <summary>Appends every entry that is on stable storage.</summary>
    /// <exception cref="IOException">The journal cannot be read, or a tile cannot be written. The next call continues.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    /// <exception cref="LogDamagedException">A tile that was written is missing.</exception>
    public void Append()
    {
        Resume();
        var (segments, committed) = log.Segments.Snapshot();
        for (var i = 0; i < segments.Count; i++)
        {
            var segment = segments[i];
            var end = i + 1 < segments.Count ? segments[i + 1].FirstLeaf : committed;
            if (end > log.Tree.Size) Append(segment, end);
        }
    }

    /// <summary>Publishes a checkpoint over the tree where it has grown since the last one.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public void Publish()
    {
        if (log.Tree.Size > published)
        {
            LogCheckpoint.Publish(folder, keys, log.Name, log.Origin, log.Tree, log.Signers);
            Interlocked.Exchange(ref published, log.Tree.Size);
            Release();
        }

        space.CountIfOld();
    }

    private void Resume()
    {
        if (resumeAt is not { } size) return;
        log.Tree.Resume(size);
        (place, resumeAt) = (null, null);
    }

    private void Append(JournalSegment segment, long end)
    {
        if (segment.FirstLeaf > log.Tree.Size) throw new IOException($"segment {segment.Number} of the journal begins after the tree");
        using var file = folder.Open($"{log.Name}/{LogLayout.Segment(segment.Number)}")
            ?? throw new IOException($"segment {segment.Number} of the journal is missing");
        var (offset, index) = place is { } last && last.Number == segment.Number
            ? (last.Offset, log.Tree.Size) : (JournalFormat.HeaderBytes, segment.FirstLeaf);
        while (index < end)
        {
            var read = file.Read(offset, buffer.AsSpan(0, (int)Math.Min(buffer.Length, segment.Length - offset)));
            var at = 0;
            while (index < end && TryRead(index, buffer.AsSpan(at, read - at), out var entry, out var leaf))
            {
                var next = at + JournalFormat.FrameBytes + entry.Length;
                if (index++ >= log.Tree.Size) log.Tree.Append(entry, leaf);
                at = next;
                place = (segment.Number, offset + at);
                log.Tree.Flush();
            }

            Interlocked.Exchange(ref appended, log.Tree.Size);
            if (at == 0) throw new IOException($"segment {segment.Number} of the journal is damaged at byte {offset}");
            offset += at;
        }
    }

    // The journal has the entries of a tile until the tile is on stable storage, and those of a payload until its name is.
    private void Release()
    {
        var released = log.Segments.Released(published);
        if (released.Count == 0) return;
        try
        {
            // The first of these may take the only report of an error that concerns both: on Linux they sync the same volume.
            payloads.Sync();
            log.Tree.Sync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            resumeAt = JournalSegments.CeilingOf(released.Min(segment => segment.FirstLeaf));
            throw;
        }

        foreach (var segment in released)
        {
            SyncNames();
            folder.Delete($"{log.Name}/{LogLayout.Segment(segment.Number)}");
            isNameUnsynced = true;
            log.Segments.Remove(segment);
            space.Add(-segment.Length);
        }

        SyncNames();
    }

    // One name after the other: after a loss of power, no segment may be missing between two that are there.
    private void SyncNames()
    {
        if (!isNameUnsynced) return;
        folder.SyncNames($"{log.Name}/{LogLayout.Journal}");
        isNameUnsynced = false;
    }

    private bool TryRead(long index, ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> entry, out TreeHash leaf) => index < recovered
        ? JournalFormat.TryRead(bytes, out entry, out leaf)
        : JournalFormat.TryReadCommitted(bytes, out entry, out leaf);
}
