using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Log;

/// <summary>The writer of batches to the journal of one log; used by one committer at a time.</summary>
internal sealed class JournalWriter(
    AuditLogOptions options, ILogFolder folder, string log, JournalSegments segments, SpareSegment spare, LogSpace space) : IDisposable
{
    // A journal is a small part of a log, however small its bound is.
    private const int LeastSegments = 16;

    private readonly byte[] zeros = new byte[64 << 10];
    private readonly long segmentBytes = LongestSegment(options);
    private ILogFile? file;
    private long length;
    private long allocated;
    private bool isSpareWanted;

    /// <summary>The most bytes of a segment, except for one with a single batch that is larger.</summary>
    public static long LongestSegment(AuditLogOptions options) => Math.Min(options.SegmentBytes, options.MaxTotalBytes / LeastSegments);

    /// <summary>Returns when the frames are on stable storage. They count with <see cref="Commit"/>.</summary>
    /// <exception cref="IOException">Writing or syncing failed; the segment is never used again.</exception>
    public void Append(ReadOnlySpan<byte> frames)
    {
        if (file is null || !Fits(frames.Length)) Rotate();
        try
        {
            Preallocate(frames.Length);
            file!.Write(length, frames);
            file.Sync();
        }
        catch
        {
            Abandon(); // a write that ended within it may have left whole frames
            throw;
        }

        length += frames.Length;
        space.SetAllocated(allocated - length);
        space.Add(frames.Length);
        WantSpare();
    }

    /// <summary>Lets the tree have the frames of the last <see cref="Append"/>. From now on their part of the journal may be deleted.</summary>
    /// <param name="bytes">Bytes of the frames.</param>
    /// <param name="entries">Entries in them.</param>
    public void Commit(int bytes, int entries)
    {
        space.AddPending(bytes - ((long)entries * TreeHash.Length));
        segments.Commit(length, entries);
    }

    public void Dispose()
    {
        if (file is null) return;
        Shorten();
        Abandon();
    }

    // A segment that would have to grow ends where a spare one is ready.
    private bool Fits(int needed) => length + needed <= Math.Max(segmentBytes, JournalFormat.HeaderBytes + needed)
        && (length + needed <= allocated || spare.Length < JournalFormat.HeaderBytes + needed);

    private void WantSpare()
    {
        if (isSpareWanted || allocated - length >= allocated / 2) return;
        isSpareWanted = true;
        spare.Want();
    }

    private void Rotate()
    {
        Dispose();
        var (number, created) = Begin();
        try
        {
            var header = JournalFormat.Header(segments.Committed);
            created.Write(0, header);
            RequireUnderItsName(number, header);
            folder.SyncNames($"{log}/{LogLayout.Journal}");
            allocated = created.Length; // a spare one has zeros
        }
        catch
        {
            created.Dispose();
            space.SetAllocated(0);
            Withdraw(number);
            throw;
        }

        (file, length) = (created, JournalFormat.HeaderBytes);
        isSpareWanted = false;
        space.SetAllocated(allocated - length);
        space.Add(JournalFormat.HeaderBytes);
        segments.Begin(number);
    }

    private (long Number, ILogFile File) Begin()
    {
        var number = segments.LastNumber + 1;
        if (spare.Length == 0) return (number, folder.Create(PathOf(number)));
        // Threat: a file that came to the folder under that name would be replaced, and its entries with it.
        using (var other = folder.Open(PathOf(number)))
        {
            if (other is not null)
                throw new IOException($"{PathOf(number)} exists, and this process did not make it; move it out of the folder");
        }

        if (spare.Take(PathOf(number)) is { } taken) return (number, taken);
        Withdraw(number); // a rename that failed may have been done
        number = segments.LastNumber + 1;
        return (number, folder.Create(PathOf(number)));
    }

    // Threat: another file was put in the place of the spare one, and got the name of the segment. Entries would go to a file that no reader finds.
    private void RequireUnderItsName(long number, ReadOnlySpan<byte> header)
    {
        using var named = folder.Open(PathOf(number));
        Span<byte> found = stackalloc byte[JournalFormat.HeaderBytes];
        if (named is null || named.Read(0, found) != header.Length || !found.SequenceEqual(header))
            throw new IOException($"another program put a file in the place of {PathOf(number)}; let only the gateway write the folder");
    }

    private string PathOf(long number) => $"{log}/{LogLayout.Segment(number)}";

    // A segment that cannot be deleted is known, so that it does not outlive those before it.
    private void Withdraw(long number)
    {
        try
        {
            folder.Delete(PathOf(number));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            segments.Begin(number);
        }
    }

    // Overwriting allocated bytes needs no journal entry for the file's size: half the cost of an appending commit.
    private void Preallocate(int needed)
    {
        if (length + needed <= allocated) return;
        var end = Math.Min(Math.Max(segmentBytes, length + needed), length + needed + options.PreallocateBytes);
        // The last bytes above the bound are for entries, not for zeros.
        if (space.Free - (end - allocated) < options.MinFreeBytes) end = length + needed;
        for (var at = Math.Max(allocated, length); at < end; at += zeros.Length)
            file!.Write(at, zeros.AsSpan(0, (int)Math.Min(zeros.Length, end - at)));
        allocated = end;
        space.SetAllocated(allocated - length);
    }

    private void Abandon()
    {
        file?.Dispose();
        file = null;
        length = allocated = 0;
        space.SetAllocated(0);
    }

    private void Shorten()
    {
        try
        {
            file!.Truncate(length);
        }
        catch (IOException)
        {
            // Zeros at the end are ignored by readers; failing to cut them loses nothing.
        }
    }
}
