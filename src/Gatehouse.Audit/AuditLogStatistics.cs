namespace Gatehouse.Audit;

/// <summary>Counters of the log since the start of this process, and its fill level. One value for every output and export.</summary>
/// <param name="Entries">Entries made durable.</param>
/// <param name="Commits">Group commits, each one write and one fdatasync.</param>
/// <param name="Failures">Commits that failed.</param>
/// <param name="Lost">Entries that could not be queued, or were queued and could not be made durable.</param>
public readonly record struct AuditLogStatistics(long Entries, long Commits, long Failures, long Lost)
{
    /// <summary>Refusals that were counted in one entry instead of written each.</summary>
    public long Joined { get; init; }

    /// <summary>Exchanges that only read and were let through without a record.</summary>
    public long Unrecorded { get; init; }

    /// <summary>Entries that wait for a commit now.</summary>
    public int Queued { get; init; }

    /// <summary>Bytes of them.</summary>
    public long QueuedBytes { get; init; }

    /// <summary>The name of the log in its checkpoints; null where it is not opened, or has none.</summary>
    public string? Origin { get; init; }

    /// <summary>The name of the folder of the log that is written, in the folder of the logs; null where it is not opened, or has none.</summary>
    public string? Folder { get; init; }

    /// <summary>The end of the log before this one, where this process found it. Otherwise null.</summary>
    public AuditLogSuccession? Succession { get; init; }

    /// <summary>
    /// The reason of <see cref="Succession"/>: <c>key-lost</c>, <c>damaged</c>, <c>rolled-back</c>, <c>lost</c>, <c>replaced</c>. Otherwise null.
    /// </summary>
    public string? Succeeded => Succession?.Reason;

    /// <summary>Entries of the log, of all processes.</summary>
    public long Size { get; init; }

    /// <summary>Entries under the newest checkpoint.</summary>
    public long PublishedSize { get; init; }

    /// <summary>
    /// The time for which the oldest entry without a checkpoint has waited, in this process. Zero where every entry is under one. While entries
    /// arrive, it is about a second.
    /// </summary>
    public TimeSpan Uncovered { get; init; }

    /// <summary>The reason why tiles or checkpoints cannot be written; null while they can.</summary>
    public string? TreeFault { get; init; }

    /// <summary>Bytes of all files of the log, as of the last look.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes that can still be written before the log refuses: by its own bound, or by that of the volume.</summary>
    public long RoomBytes { get; init; }

    /// <summary>Free bytes of the volume, as of the last look.</summary>
    public long FreeBytes { get; init; }

    /// <summary>Owners whose part of the log is counted now.</summary>
    public int Owners { get; init; }
}
