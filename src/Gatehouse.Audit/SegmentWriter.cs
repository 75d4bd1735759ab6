namespace Gatehouse.Audit;

/// <summary>Appends batches to numbered segments; used by one committer at a time.</summary>
internal sealed class SegmentWriter(AuditLogOptions options, ILogDirectory directory) : IDisposable
{
    private const int SpaceCheckEvery = 64;

    private readonly byte[] zeros = new byte[64 << 10];
    private ILogFile? file;
    private long number;
    private long length;
    private long allocated;
    private long closedBytes = -1;
    private int untilSpaceCheck;

    /// <summary>Returns when the batch is on stable storage.</summary>
    /// <exception cref="AuditUnavailableException">There is no space, or the total size is reached.</exception>
    /// <exception cref="IOException">Writing or syncing failed; after a failed sync the segment is never used again.</exception>
    public void Append(ReadOnlySpan<byte> batch)
    {
        if (file is null || length + batch.Length > options.SegmentBytes) Rotate();
        if (--untilSpaceCheck <= 0) CheckSpace();
        Preallocate(batch.Length);
        file!.Write(length, batch);
        try
        {
            file.Sync();
        }
        catch
        {
            Abandon();
            throw;
        }

        length += batch.Length;
    }

    public void Dispose() => Close();

    private void Rotate()
    {
        Close();
        CheckSpace();
        var existing = directory.Segments();
        var next = Math.Max(number, existing.Count == 0 ? 0 : existing[^1].Number) + 1;
        file = directory.Create(next);
        number = next;
        length = allocated = 0;
    }

    private void CheckSpace()
    {
        untilSpaceCheck = SpaceCheckEvery;
        if (closedBytes < 0) closedBytes = directory.Segments().Sum(s => s.Length);
        if (closedBytes + length > options.MaxTotalBytes)
            throw new AuditUnavailableException("the audit log has reached its total size; archive or raise audit.maxTotalBytes");
        if (directory.FreeBytes() < options.MinFreeBytes)
            throw new AuditUnavailableException("the volume of the audit log has too little free space");
    }

    // Overwriting allocated bytes needs no journal entry for the file's size: half the cost of an appending commit.
    private void Preallocate(int needed)
    {
        if (length + needed <= allocated) return;
        var end = Math.Min(Math.Max(options.SegmentBytes, needed), length + needed + options.PreallocateBytes);
        for (var at = Math.Max(allocated, length); at < end; at += zeros.Length)
            file!.Write(at, zeros.AsSpan(0, (int)Math.Min(zeros.Length, end - at)));
        allocated = end;
    }

    private void Abandon()
    {
        file?.Dispose();
        file = null;
        closedBytes = -1;
    }

    private void Close()
    {
        if (file is null) return;
        try
        {
            file.Truncate(length);
        }
        catch (IOException)
        {
            // Zeros at the end are ignored by readers; failing to cut them loses nothing.
        }

        Abandon();
    }
}
