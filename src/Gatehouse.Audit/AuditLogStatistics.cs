namespace Gatehouse.Audit;

/// <summary>Counters of the log since the start of this process.</summary>
/// <param name="Entries">Entries made durable.</param>
/// <param name="Commits">Group commits, each one write and one fdatasync.</param>
/// <param name="Failures">Commits that failed.</param>
/// <param name="Lost">Entries that were queued and could not be made durable.</param>
public readonly record struct AuditLogStatistics(long Entries, long Commits, long Failures, long Lost);
