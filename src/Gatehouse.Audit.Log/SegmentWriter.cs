namespace Gatehouse.Audit.Log;

/// <summary>The writer of batches to numbered segments; used by one committer at a time.</summary>
internal sealed class SegmentWriter(AuditLogOptions options, ILogDirectory directory) : IDisposable
{
    // Segments that an operator archives are noticed after so long, or immediately where their space is needed.
    private static readonly TimeSpan CountAnew = TimeSpan.FromSeconds(10);

    private readonly byte[] zeros = new byte[64 << 10];
    private ILogFile? file;
    private long number;
    private long length;
    private long allocated;
    private long closedBytes = -1;
    private long countedAt;

    /// <summary>Bytes of all segments in use, as of the last look.</summary>
    public long Bytes { get; private set; }

    /// <summary>Free bytes of the volume, as of the last look.</summary>
    public long Free { get; private set; }

    /// <summary>Bytes that can still be written, as of the last look.</summary>
    public long Room { get; private set; } = options.MaxTotalBytes;

    /// <summary>Returns when the batch is on stable storage.</summary>
    /// <exception cref="AuditUnavailableException">There is no space, or the total size is reached.</exception>
    /// <exception cref="IOException">Writing or syncing failed; after a failed sync the segment is never used again.</exception>
    public void Append(ReadOnlySpan<byte> batch)
    {
        Require(batch.Length);
        if (file is null || length + batch.Length > options.SegmentBytes) Rotate();
        Preallocate(batch.Length);
        file!.Write(length, batch);
        try
        {
            file.Sync();
        }
        catch
        {
            Shorten(length + batch.Length);
            Abandon();
            throw;
        }

        length += batch.Length;
        Bytes += batch.Length;
        Room -= batch.Length;
    }

    /// <summary>Checks whether so many bytes can be written. Asked before each commit: a statfs costs a thousandth of the sync.</summary>
    /// <exception cref="AuditUnavailableException">There is no space, or the total size is reached.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public void Require(int needed)
    {
        Measure();
        if (Bytes + needed > options.MaxTotalBytes) CountClosed();
        if (Bytes + needed > options.MaxTotalBytes)
            throw new AuditUnavailableException("the audit log has reached its total size; archive segments or raise audit.maxTotalBytes");
        if (Free - Math.Max(0, length + needed - allocated) < options.MinFreeBytes)
            throw new AuditUnavailableException("the volume of the audit log has too little free space");
    }

    public void Dispose() => Close();

    private void Measure()
    {
        if (closedBytes < 0 || options.Time.GetElapsedTime(countedAt) >= CountAnew) CountClosed();
        Bytes = closedBytes + length;
        Free = Math.Min(directory.FreeBytes(), long.MaxValue / 2); // sums below must not overflow
        // Bytes allocated in advance are taken from the volume already.
        Room = Math.Max(0, Math.Min(options.MaxTotalBytes - Bytes, Free - options.MinFreeBytes + (allocated - length)));
    }

    private void CountClosed()
    {
        closedBytes = 0;
        foreach (var segment in directory.Segments())
        {
            if (file is null || segment.Number != number) closedBytes += segment.Length;
        }

        countedAt = options.Time.GetTimestamp();
        Bytes = closedBytes + length;
    }

    private void Rotate()
    {
        Close();
        var existing = directory.Segments();
        var next = Math.Max(number, existing.Count == 0 ? 0 : existing[^1].Number) + 1;
        file = directory.Create(next);
        number = next;
        CountClosed();
    }

    // Overwriting allocated bytes needs no journal entry for the file's size: half the cost of an appending commit.
    private void Preallocate(int needed)
    {
        if (length + needed <= allocated) return;
        var end = Math.Min(Math.Max(options.SegmentBytes, needed), length + needed + options.PreallocateBytes);
        // The last bytes above the bound are for entries, not for zeros.
        if (Free - (end - allocated) < options.MinFreeBytes) end = length + needed;
        for (var at = Math.Max(allocated, length); at < end; at += zeros.Length)
            file!.Write(at, zeros.AsSpan(0, (int)Math.Min(zeros.Length, end - at)));
        allocated = end;
    }

    private void Abandon()
    {
        file?.Dispose();
        file = null;
        length = allocated = 0;
        closedBytes = -1;
    }

    private void Close()
    {
        if (file is null) return;
        Shorten(length);
        Abandon();
    }

    private void Shorten(long to)
    {
        try
        {
            file!.Truncate(to);
        }
        catch (IOException)
        {
            // Zeros at the end are ignored by readers; failing to cut them loses nothing.
        }
    }
}
