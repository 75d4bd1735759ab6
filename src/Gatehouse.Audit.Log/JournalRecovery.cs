using System.Security.Cryptography;
using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>
/// Reads the journal that an earlier process left. Every entry that was written whole stays, and a torn rest is counted. Nothing is written here:
/// <see cref="OpeningSegment"/> repairs, after the roots that were signed were found. The threats: power is lost within a write, and the disk has
/// written any of its sectors; a frame below the checkpoint is damaged, and a repair would write other entries over those that were signed.
/// </summary>
internal sealed class JournalRecovery(ILogFolder folder, string log, TreeWriter tree, PayloadRecovery payloads)
{
    // Between two places of the journal that are kept.
    private const int MarkBytes = 1 << 20;

    // What one commit can write: a full queue and as much again, with its hashes.
    private const int MostTailBytes = 64 << 20;

    private readonly byte[] buffer = new byte[JournalFormat.ReadBytes];
    private readonly List<(JournalSegment Segment, long Entries)> segments = [];
    private readonly List<(long Index, long Offset)> marks = []; // places in the last segment, from the size that was published on
    private readonly List<long> headless = []; // segments without a whole header
    private readonly List<byte> salvaged = [];
    private int salvagedEntries;
    private MerkleFrontier leaves = new();
    private IncrementalHash? torn;
    private string? tornAt;

    /// <summary>The number of entries that are whole and have a known place.</summary>
    public long Size { get; private set; }

    /// <summary>The number of entries with those that are whole behind a torn one, which move up.</summary>
    public long Total => Size + salvagedEntries;

    /// <summary>Bytes at the end of the journal that were no whole entry, and are not kept.</summary>
    public long Torn { get; private set; }

    /// <summary>SHA-256 of them, in hexadecimal digits; null where there were none.</summary>
    public string? TornDigest { get; private set; }

    private static ReadOnlySpan<byte> EntryStart => "{\"v\":"u8;

    /// <summary>Returns the root over the entries that were read so far.</summary>
    public TreeHash Root() => leaves.Root();

    /// <summary>Reads the journal up to its end.</summary>
    /// <param name="published">The size of the newest checkpoint. Its entries were on stable storage.</param>
    /// <param name="reached">Called whenever <see cref="Root"/> is that of a further size.</param>
    /// <exception cref="LogDamagedException">Entries are missing in the middle, or below the checkpoint.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public void Read(long published, Action<long> reached)
    {
        using var hash = torn = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (found, trailing) = Found();
        var begin = found.Count == 0 ? 0 : JournalSegments.CeilingOf(found[0].First);
        tree.Resume(begin);
        leaves = tree.Frontier();
        reached(begin);
        for (var i = 0; i < found.Count; i++)
        {
            var (number, first) = found[i];
            var end = i + 1 < found.Count ? found[i + 1].First : (long?)null;
            var (length, entries) = ReadSegment(number, first, end, published, reached);
            if (end is { } next && first + entries != next)
            {
                throw new LogDamagedException(DamagedPart.Journal,
                    $"{log}/{LogLayout.Segment(number)} has {entries} entries; the next segment begins after {next - first}");
            }

            segments.Add((new JournalSegment(number, first, length), entries));
            Size = first + entries;
        }

        foreach (var number in trailing) ReadHeadless(number);
        if (Torn > 0) TornDigest = Convert.ToHexStringLower(hash.GetHashAndReset());
        Require(published, begin);
    }

    /// <summary>Returns what is to be done before the log is continued. Asked for once, after the roots were compared.</summary>
    /// <param name="space">Gets the bytes of entries that may be in no bundle yet.</param>
    /// <param name="known">Gets the segments, up to the entries that the opening segment has.</param>
    /// <exception cref="IOException">The last segment cannot be read.</exception>
    public LogRepair Repair(LogSpace space, JournalSegments known)
    {
        var (last, entries) = segments[^1];
        // Entries of the last commit: their sync may have failed or never have ended. They are written again, because a second sync of the same
        // file would report success for bytes that are gone.
        (long Index, long Offset) end = (Size, last.Length);
        var (from, offset) = marks.FirstOrDefault(mark => last.Length - mark.Offset <= MostTailBytes, end);
        var uncertain = new byte[last.Length - offset];
        using (var file = folder.Open($"{log}/{LogLayout.Segment(last.Number)}"))
        {
            if (file?.Read(offset, uncertain) != uncertain.Length) throw new IOException($"{log}/{LogLayout.Segment(last.Number)} became shorter");
        }

        segments[^1] = (last with { Length = offset }, from - last.FirstLeaf);
        foreach (var (segment, count) in segments)
        {
            known.Found(segment, count);
            space.AddPending(segment.Length - (count * TreeHash.Length));
        }

        var number = Math.Max(last.Number, headless.Count == 0 ? 0 : headless.Max()) + 1;
        byte[] frames = [.. uncertain, .. salvaged];
        return new LogRepair(number, from, frames, (int)(Size - from) + salvagedEntries, headless, payloads);
    }

    private void Require(long published, long begin)
    {
        if (Size < published && tornAt is not null)
            throw new LogDamagedException(DamagedPart.Journal, $"{tornAt}, at the entry {Size}; {published} were published");
        if (Size < published)
            throw new LogDamagedException(DamagedPart.Journal, $"{log} has {Size} entries; {published} were published", AuditLogSuccession.RolledBack);
        if (Size == 0) throw new LogDamagedException(DamagedPart.Journal, $"the journal of {log} does not have its first entry");
        if (Size < begin) throw new LogDamagedException(DamagedPart.Journal, "the journal is shorter than the tree");
    }

    // A segment without a whole header has no entry that was acknowledged: the first sync of the segment failed, or the process ended before it.
    // Where another segment follows, its first index shows whether something is missing. The threat in the last one: a sector with the header was
    // lost, and the entries behind it go with the segment, unseen.
    private (List<(long Number, long First)> Found, List<long> Trailing) Found()
    {
        var found = new List<(long, long)>();
        var trailing = new List<long>();
        foreach (var number in folder.Files($"{log}/{LogLayout.Journal}").Select(file => LogLayout.SegmentNumber(file.Name)).OfType<long>())
        {
            var path = $"{log}/{LogLayout.Segment(number)}";
            using var file = Opened(path);
            var header = new byte[JournalFormat.HeaderBytes];
            if ((file.Read(0, header) == header.Length ? JournalFormat.FirstLeaf(header) : null) is { } first)
            {
                found.Add((number, first));
                trailing.Clear();
                continue;
            }

            // The oldest segment always has entries.
            if (found.Count == 0 && LastByte(file, 0) > 0) throw new LogDamagedException(DamagedPart.Journal, $"the header of {path} is damaged");
            headless.Add(number);
            trailing.Add(number);
        }

        return (found, trailing);
    }

    // Its first entry follows the last one of the segment before. A first frame that is whole says that only the header was damaged, in a segment
    // that was committed: its entries have known places, and no repair may move them.
    private void ReadHeadless(long number)
    {
        var path = $"{log}/{LogLayout.Segment(number)}";
        using var file = Opened(path);
        var read = file.Read(JournalFormat.HeaderBytes, buffer);
        if (JournalFormat.TryRead(buffer.AsSpan(0, read), out _, out _)) throw new LogDamagedException(DamagedPart.Journal, $"the header of {path} is damaged");
        ReadTail(file, path, JournalFormat.HeaderBytes);
    }

    private (long Length, long Entries) ReadSegment(long number, long first, long? end, long published, Action<long> reached)
    {
        var path = $"{log}/{LogLayout.Segment(number)}";
        using var file = Opened(path);
        var (offset, index) = ((long)JournalFormat.HeaderBytes, first);
        while (end is null || index < end)
        {
            var read = file.Read(offset, buffer);
            var at = 0;
            while ((end is null || index < end) && JournalFormat.TryRead(buffer.AsSpan(at, read - at), out var entry, out var leaf))
            {
                if (end is null && index >= published) Mark(index, offset + at);
                Add(index++, entry, leaf, reached);
                at += JournalFormat.FrameBytes + entry.Length;
            }

            if (at == 0) break; // otherwise the buffer may have ended within a frame
            offset += at;
        }

        if (end is null) ReadTail(file, path, offset);
        return (offset, index - first);
    }

    private void Mark(long index, long offset)
    {
        if (marks.Count == 0 || offset - marks[^1].Offset >= MarkBytes) marks.Add((index, offset));
    }

    private void Add(long index, ReadOnlySpan<byte> entry, in TreeHash leaf, Action<long> reached)
    {
        payloads.Seen(entry);
        if (index < leaves.Size) return; // it is in a full bundle
        leaves.Append(leaf);
        reached(leaves.Size);
    }

    // Zeros at the end are preallocated space. Anything else after the last whole frame was torn.
    private void ReadTail(ILogFile file, string path, long offset)
    {
        var last = LastByte(file, offset);
        if (last == offset) return;
        tornAt ??= $"{path} is damaged at byte {offset}";
        if (last - offset > MostTailBytes) throw new LogDamagedException(DamagedPart.Journal, $"{path} is damaged at byte {offset}: more than one write is torn");
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
                payloads.Seen(entry);
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

    private ILogFile Opened(string path) => folder.Open(path) ?? throw new LogDamagedException(DamagedPart.Journal, $"{path} is missing");
}
