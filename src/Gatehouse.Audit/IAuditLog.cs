namespace Gatehouse.Audit;

/// <summary>
/// Where entries go. The tamper-evident log comes behind this same seam: what calls it need not change.
/// </summary>
public interface IAuditLog : IAsyncDisposable
{
    /// <summary>Appends the entry and returns when it is on stable storage.</summary>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable (AU-06).</exception>
    ValueTask AppendDurableAsync(AuditEntry entry);

    /// <summary>
    /// As <see cref="AppendDurableAsync"/>, for a caller with other work to do meanwhile: returns at once, and the task
    /// ends when the entry is on stable storage.
    /// </summary>
    ValueTask AppendDurableBesideAsync(AuditEntry entry) => AppendDurableAsync(entry);

    /// <summary>Queues the entry; it becomes durable with the next commit. False when the log cannot take it.</summary>
    bool TryAppend(AuditEntry entry);

    /// <summary>True while the last attempt to commit succeeded and there is free space.</summary>
    bool IsAvailable { get; }

    /// <summary>What the log has done so far; for metrics and tests.</summary>
    AuditLogStatistics Statistics { get; }

    /// <summary>Returns when all entries queued so far are durable or have failed.</summary>
    ValueTask FlushAsync();
}
