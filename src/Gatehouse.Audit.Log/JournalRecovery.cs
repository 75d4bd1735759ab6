using System.Security.Cryptography;
using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>
/// Reads the journal that an earlier process left, and puts its entries into the tree. A torn tail is repaired: every entry that was written whole
/// stays, and the rest is counted. The threat: power is lost within a write, and the disk has written any of its sectors.
/// </summary>
internal sealed class JournalRecovery(ILogFolder folder, string log, TreeWriter tree, LogSpace space, PayloadRecovery payloads)
{
    private const int ReadBytes = 1 << 20;

    // What one commit can write: a full queue and as much again, with its hashes.
    private const int MostTailBytes = 64 << 20;

    private readonly byte[] buffer = new byte[ReadBytes];
    private readonly List<byte> salvaged = [];
    private int salvagedEntries;
    private IncrementalHash? torn;
    private long? headless; // the number of a last segment that has bytes and no whole header

    /// <summary>The segments that are there.</summary>
    public JournalSegments Segments { get; } = new();

    /// <summary>Bytes of the last segment that were no whole entry, and are not kept.</summary>
    public long Torn { get; private set; }

    /// <summary>SHA-256 of them, in hexadecimal digits; null where there were none.</summary>
    public string? TornDigest { get; private set; }

    private static ReadOnlySpan<byte> EntryStart => "{\"v\":"u8;

    /// <summary>Reads the journal up to its end. <paramref name="reached"/> is called whenever the tree has grown by one.</summary>
    /// <exception cref="LogDamagedException">Entries are missing in the middle.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public void Read(Action<long> reached)
    {
        using var hash = torn = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var found = Found();
        if (found.Count == 0) return;
        tree.Resume(JournalSegments.CeilingOf(found[0].First));
        reached(tree.Size);
        for (var i = 0; i < found.Count; i++)
        {
            var (segment, first) = found[i];
            var end = i + 1 < found.Count ? found[i + 1].First : (long?)null;
            var (length, entries) = ReadSegment(segment, first, end, reached);
            if (end is { } next && first + entries != next)
            {
                throw new LogDamagedException(
                    $"{log}/{LogLayout.Segment(segment)} has {entries} entries; the next segment begins after {next - first}");
            }

            Segments.Found(new JournalSegment(segment, first, length), entries);
            space.AddPending(length - (entries * TreeHash.Length));
        }

        if (headless is { } number) ReadHeadless(number);
        if (Torn > 0) TornDigest = Convert.ToHexStringLower(hash.GetHashAndReset());
        Repair(reached);
        if (tree.Size < JournalSegments.CeilingOf(found[0].First) || Segments.Committed < tree.Size)
            throw new LogDamagedException("the journal is shorter than the tree");
    }

    // A last segment without a whole header, and with nothing behind it, was being made when the process ended: it has no entries. The threat: a
    // sector with the header was lost, and the entries behind it are deleted with the segment, unseen.
    private List<(long Number, long First)> Found()
    {
        var found = new List<(long, long)>();
        var files = folder.Files($"{log}/{LogLayout.Journal}");
        for (var i = 0; i < files.Count; i++)
        {
            if (LogLayout.SegmentNumber(files[i].Name) is not { } number) continue;
            var path = $"{log}/{LogLayout.Segment(number)}";
            using var file = folder.Open(path)!;
            var header = new byte[JournalFormat.HeaderBytes];
            var first = file.Read(0, header) == header.Length ? JournalFormat.FirstLeaf(header) : null;
            if (first is { } leaf) found.Add((number, leaf));
            else if (i + 1 < files.Count) throw new LogDamagedException($"the header of {path} is damaged");
            else if (LastByte(file, JournalFormat.HeaderBytes) == JournalFormat.HeaderBytes) folder.Delete(path);
            else if (found.Count == 0) throw new LogDamagedException($"the header of {path} is damaged");
            else headless = number;
        }

        return found;
    }

    // Its first entry follows the last one of the segment before. A first frame that is whole says that only the header was damaged, in a segment
    // that was committed: its entries have known places, and no repair may move them.
    private void ReadHeadless(long number)
    {
        var path = $"{log}/{LogLayout.Segment(number)}";
        using var file = folder.Open(path) ?? throw new LogDamagedException($"{path} is missing");
        var read = file.Read(JournalFormat.HeaderBytes, buffer);
        if (JournalFormat.TryRead(buffer.AsSpan(0, read), out _, out _)) throw new LogDamagedException($"the header of {path} is damaged");
        ReadTail(file, path, 0);
    }

    private (long Length, long Entries) ReadSegment(long number, long first, long? end, Action<long> reached)
    {
        var path = $"{log}/{LogLayout.Segment(number)}";
        using var file = folder.Open(path) ?? throw new LogDamagedException($"{path} is missing");
        var (offset, entries) = ((long)JournalFormat.HeaderBytes, 0L);
        while (end is null || first + entries < end)
        {
            var read = file.Read(offset, buffer);
            var at = 0;
            while ((end is null || first + entries < end) && JournalFormat.TryRead(buffer.AsSpan(at, read - at), out var entry, out var leaf))
            {
                Add(first + entries++, entry, leaf, reached);
                at += JournalFormat.FrameBytes + entry.Length;
            }

            if (at == 0) break; // otherwise the buffer may have ended within a frame
            offset += at;
        }

        if (end is null) ReadTail(file, path, offset);
        return (offset, entries);
    }

    private void Add(long index, ReadOnlySpan<byte> entry, in TreeHash leaf, Action<long> reached)
    {
        payloads.Seen(entry);
        if (index < tree.Size) return; // it is in a full bundle
        tree.Append(entry, leaf);
        tree.Flush();
        reached(tree.Size);
    }

    // Zeros at the end are preallocated space. Anything else after the last whole frame was torn.
    private void ReadTail(ILogFile file, string path, long offset)
    {
        var last = LastByte(file, offset);
        if (last == offset) return;
        if (last - offset > MostTailBytes) throw new LogDamagedException($"{path} is damaged at byte {offset}: more than one write is torn");
        var tail = new byte[last - offset];
        file.Read(offset, tail);
        var from = 0; // of the bytes that belong to no whole entry
        for (var at = 0; at < tail.Length; at = NextCandidate(tail, at + 1))
        {
            while (at < tail.Length && JournalFormat.TryRead(tail.AsSpan(at), out var entry, out _))
            {
                Leave(tail.AsSpan(from, at - from));
                from = at + JournalFormat.FrameBytes + entry.Length;
                salvaged.AddRange(tail.AsSpan(at, from - at));
                salvagedEntries++;
                at = from;
            }
        }

        Leave(tail.AsSpan(from));
    }

    // A whole frame has the beginning of an entry behind its hash. Trying every place would cost a hash for each. No text of a caller contains such a
    // beginning, because quotes in texts are escaped.
    private static int NextCandidate(ReadOnlySpan<byte> tail, int from)
    {
        var start = from + JournalFormat.FrameBytes;
        if (start >= tail.Length) return tail.Length;
        var found = tail[start..].IndexOf(EntryStart);
        return found < 0 ? tail.Length : from + found;
    }

    private void Leave(ReadOnlySpan<byte> bytes)
    {
        torn!.AppendData(bytes);
        Torn += bytes.Length;
    }

    // The end of the last byte that is not zero, or the offset.
    private long LastByte(ILogFile file, long offset)
    {
        var last = offset;
        for (var at = offset; ; at += buffer.Length)
        {
            var read = file.Read(at, buffer);
            var place = buffer.AsSpan(0, read).LastIndexOfAnyExcept((byte)0);
            if (place >= 0) last = at + place + 1;
            if (read < buffer.Length) return last;
        }
    }

    // Entries that were written whole behind one that was not: its sectors were lost, theirs were not. They go into a segment of their own, in one
    // step, so that a process that ends within it leaves the journal as it was. The torn segment is not touched, but for one without a header, whose
    // place it takes: such a segment cannot stay between others.
    private void Repair(Action<long> reached)
    {
        if (salvagedEntries == 0)
        {
            if (headless is { } empty) folder.Delete($"{log}/{LogLayout.Segment(empty)}");
            return;
        }

        var (number, first) = (headless ?? Segments.LastNumber + 1, Segments.Committed);
        byte[] repaired = [.. JournalFormat.Header(first), .. salvaged];
        folder.Put($"{log}/{LogLayout.Segment(number)}", repaired, isDurable: true);
        Segments.Found(new JournalSegment(number, first, repaired.Length), salvagedEntries);
        for (var at = JournalFormat.HeaderBytes; JournalFormat.TryRead(repaired.AsSpan(at), out var entry, out var leaf);)
        {
            Add(first++, entry, leaf, reached);
            at += JournalFormat.FrameBytes + entry.Length;
        }
    }
}
