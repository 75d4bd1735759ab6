namespace Gatehouse.Audit.Log;

/// <summary>The place and the bounds of the log.</summary>
public sealed record AuditLogOptions
{
    /// <summary>The folder of the logs. Made with mode 0700 when absent.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// Size of one segment of the journal in bytes. A full one is closed and a new one begun. It is deleted when its entries are in full bundles
    /// under a checkpoint. Default 64 MiB.
    /// </summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>Below this free space the log refuses entries before the disk is full. Default 64 MiB.</summary>
    public long MinFreeBytes { get; init; } = 64L << 20;

    /// <summary>
    /// The size of all files of the log together. At the bound the log refuses entries (it never deletes: retention is an act of administration).
    /// Default 16 GiB.
    /// </summary>
    public long MaxTotalBytes { get; init; } = 16L << 30;

    /// <summary>Entries that may wait for a commit. Beyond it the log refuses. Default 65,536.</summary>
    public int MaxQueued { get; init; } = 65_536;

    /// <summary>
    /// Bytes of entries that may wait for a commit, in addition to those of the commit under way. Beyond it the log refuses. Default 16 MiB.
    /// </summary>
    public int MaxQueuedBytes { get; init; } = 16 << 20;

    /// <summary>
    /// Percent of the log and its queue that the entries of one owner may take: of the queue at one time, of the room that is left in a day. 100 sets
    /// no bound for one. Read for each entry, so that it can change.
    /// </summary>
    public Func<int> CallerShare { get; init; } = static () => 12;

    /// <summary>
    /// Refusals of one owner that are entries of their own in one burst. Afterwards there is one a second, and the rest are counted in one. Default
    /// 300.
    /// </summary>
    public int RefusalBurst { get; init; } = 300;

    /// <summary>The time between two checkpoints while entries arrive. Default 1 s.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Seals what entries say about persons, before they are queued. Null leaves entries as they are.</summary>
    public IEntryProtector? Protector { get; init; }

    /// <summary>Bytes by which a segment grows in advance, so that a commit overwrites instead of appending.</summary>
    public int PreallocateBytes { get; init; } = 4 << 20;

    /// <summary>
    /// Bytes of the segment that is prepared while another one is in use. None is prepared at 0, or where <see cref="SegmentBytes"/> or a sixteenth of
    /// <see cref="MaxTotalBytes"/> is less. Default 16 MiB.
    /// </summary>
    public int SpareBytes { get; init; } = 16 << 20;
}
