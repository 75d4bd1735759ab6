using System.Globalization;
using Gatehouse.Audit.Tree;
using Microsoft.Win32.SafeHandles;

namespace Gatehouse.Audit.Verification.Logs;

/// <summary>One segment of the journal of a log, opened. It stays readable when the writer deletes it.</summary>
internal sealed class JournalSegment : IDisposable
{
    private const int BufferBytes = 1 << 20;

    // The largest segment of a writer, audit.segmentBytes at most, and the last batch. The threat: a sparse file of terabytes in a copy of a log
    // takes hours to read and next to no room (CWE-400).
    private const long MostBytes = (4L << 30) + (256L << 20);

    // A search for whole frames behind damage hashes at most so many candidates.
    private const int Candidates = 4096;

    private readonly SafeFileHandle? file;

    private JournalSegment(string name, long number, SafeFileHandle? file, FileState state)
    {
        (Name, Number, this.file, State) = (name, number, file, state);
        Span<byte> header = stackalloc byte[JournalFormat.HeaderBytes];
        if (file is not null && Fill(header, 0) == header.Length) First = JournalFormat.FirstLeaf(header);
        IsBlank = file is not null && First is null && !header.ContainsAnyExcept((byte)0);
    }

    /// <summary>Its path relative to the log.</summary>
    public string Name { get; }

    /// <summary>Its number, from its name.</summary>
    public long Number { get; }

    /// <summary>Whether it could be opened.</summary>
    public FileState State { get; }

    /// <summary>The index of its first leaf; null where the header is damaged.</summary>
    public long? First { get; }

    /// <summary>True where the header was not written yet: the process died when it began the segment.</summary>
    public bool IsBlank { get; }

    /// <summary>
    /// True where the file is longer than any that a writer makes. Its frames are read as far as such a one, and nothing behind them.
    /// </summary>
    public bool IsTooLong => file is not null && RandomAccess.GetLength(file) > MostBytes;

    /// <summary>The segments of a log, in their order.</summary>
    /// <exception cref="IOException">A segment cannot be read.</exception>
    public static IReadOnlyList<JournalSegment> In(LogFiles files)
    {
        var segments = new List<JournalSegment>();
        foreach (var name in files.Names(LogLayout.Journal))
        {
            if (LogLayout.SegmentNumber(name) is not { } number) continue;
            var path = $"{LogLayout.Journal}/{name}";
            var file = files.Open(path, out var state);
            if (state != FileState.Absent) segments.Add(new JournalSegment(path, number, file, state));
        }

        return [.. segments.OrderBy(segment => segment.Number)];
    }

    /// <summary>The whole frames from the first on, up to an index.</summary>
    /// <param name="end">The first index that does not count: that of the next segment.</param>
    public IEnumerable<JournalFrame> Frames(long end = long.MaxValue)
    {
        if (file is null || First is not { } index) yield break;
        var buffer = new byte[BufferBytes];
        long start = JournalFormat.HeaderBytes;
        var (at, filled) = (0, Fill(buffer, start));
        while (index < end)
        {
            if (TryRead(buffer.AsSpan(at, filled - at), out var length, out var leaf))
            {
                var entry = buffer.AsMemory(at + JournalFormat.FrameBytes, length);
                yield return new JournalFrame(index++, start + at + JournalFormat.FrameBytes, entry, leaf);
                at += JournalFormat.FrameBytes + length;
                continue;
            }

            if (at == 0) yield break;
            (start, at) = (start + at, 0);
            filled = Fill(buffer, start);
        }
    }

    /// <summary>Reads what follows the frames.</summary>
    /// <param name="offset">The end of the last frame that counts.</param>
    public JournalTail Tail(long offset)
    {
        if (file is null) return new JournalTail(0, 0, null, WasSearched: true);
        if (IsTooLong) return new JournalTail(offset, RandomAccess.GetLength(file) - offset, null, WasSearched: false);
        var buffer = new byte[BufferBytes];
        var (last, tries, next) = (offset, 0, (long?)null);
        var at = offset;
        while (Fill(buffer, at) is > 0 and var filled)
        {
            var block = buffer.AsSpan(0, filled);
            if (block.LastIndexOfAnyExcept((byte)0) is >= 0 and var place) last = at + place + 1;
            if (next is null && FindFrame(block, ref tries) is { } found) next = at + found;
            if (filled < buffer.Length) break;
            at = NextBlock(file, at);
        }

        return new JournalTail(offset, last - offset, next, next is not null || tries <= Candidates);
    }

    public void Dispose() => file?.Dispose();

    // Blocks overlap by a frame, so that none is cut. A hole is passed over, but for as many bytes before its end as a frame may begin with zeros.
    private static long NextBlock(SafeFileHandle file, long at)
    {
        var next = at + BufferBytes - JournalFormat.FrameBytes - EntryBundle.MostEntryBytes;
        return Math.Max(next, SparseFile.NextData(file, next) - JournalFormat.FrameBytes);
    }

    // Returns the offset of the first whole frame. An entry begins with its version (docs/auditors/event-model.md): where that is, a frame can be.
    private static int? FindFrame(ReadOnlySpan<byte> bytes, ref int tries)
    {
        var from = JournalFormat.FrameBytes;
        while (from < bytes.Length && tries <= Candidates && bytes[from..].IndexOf("{\"v\":"u8) is >= 0 and var found)
        {
            tries++;
            var start = from + found - JournalFormat.FrameBytes;
            if (tries <= Candidates && JournalFormat.TryRead(bytes[start..], out _, out _)) return start;
            from += found + 1;
        }

        return null;
    }

    private static bool TryRead(ReadOnlySpan<byte> bytes, out int length, out TreeHash leaf)
    {
        var isWhole = JournalFormat.TryRead(bytes, out var entry, out leaf);
        length = entry.Length;
        return isWhole;
    }

    private int Fill(Span<byte> buffer, long offset)
    {
        if (offset >= MostBytes) return 0;
        buffer = buffer[..(int)Math.Min(buffer.Length, MostBytes - offset)];
        var filled = 0;
        while (filled < buffer.Length && RandomAccess.Read(file!, buffer[filled..], offset + filled) is > 0 and var read) filled += read;
        return filled;
    }
}
