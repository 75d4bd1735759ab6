namespace Gatehouse.Audit;

/// <summary>Where the log lies and how large it may become.</summary>
public sealed record AuditLogOptions
{
    /// <summary>The folder of the segments. Made with mode 0700 when absent.</summary>
    public required string Directory { get; init; }

    /// <summary>Size of one segment in bytes; a full one is closed and a new one begun. Default 64 MiB.</summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>Below this free space the log refuses entries before the disk is full. Default 64 MiB.</summary>
    public long MinFreeBytes { get; init; } = 64L << 20;

    /// <summary>
    /// All segments together; at the bound the log refuses entries (it never deletes: retention is an act of
    /// administration). Default 16 GiB.
    /// </summary>
    public long MaxTotalBytes { get; init; } = 16L << 30;

    /// <summary>Entries that may wait for a commit; beyond it the log refuses. Default 65,536.</summary>
    public int MaxQueued { get; init; } = 65_536;

    /// <summary>Bytes by which a segment grows in advance, so that a commit overwrites instead of appending.</summary>
    public int PreallocateBytes { get; init; } = 4 << 20;
}
