namespace Gatehouse.Audit;

/// <summary>The destination of entries.</summary>
public interface IAuditLog : IAsyncDisposable
{
    /// <summary>
    /// Appends the entry and returns when it is on stable storage. If it fails, attempts in the entry are recorded nowhere: the caller still has
    /// them, and records them in another entry.
    /// </summary>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable (AU-06).</exception>
    ValueTask AppendDurableAsync(AuditEntry entry);

    /// <summary>
    /// Appends the entry like <see cref="AppendDurableAsync"/>. An entry beyond the rate or the part of its owner is counted in one instead, which
    /// becomes durable later.
    /// </summary>
    /// <exception cref="AuditUnavailableException">The entry was not counted, and could not be made durable (AU-06).</exception>
    ValueTask AppendOrCountAsync(AuditEntry entry) => AppendDurableAsync(entry);

    /// <summary>
    /// Appends an entry with a <see cref="AuditEntry.Receipt"/> like <see cref="AppendDurableAsync"/>, and returns the signed promise that the log
    /// has it: a note of C2SP signed-note (docs/auditors/receipts.md).
    /// </summary>
    /// <exception cref="AuditUnavailableException">The entry could not be made durable, the promise could not be signed, or this log gives none.
    /// In the last two cases the entry may be there.</exception>
    ValueTask<string> AppendPromisedAsync(AuditEntry entry) =>
        ValueTask.FromException<string>(new AuditUnavailableException("this audit log gives no receipts"));

    /// <summary>Counts a receipt of an owner. False when the owner got as many as it may: 500 in a burst, then 100 a second.</summary>
    /// <param name="owner">As in <see cref="AuditEntry.Owner"/>; for null always true.</param>
    /// <param name="isRefusal">True for a call that was refused. Its two entries count against the owner's refusals as well, which are 300 in a row
    /// and one a second: a caller without any right writes no more because it asks for receipts.</param>
    bool TryCountReceipt(object? owner, bool isRefusal = false) => true;

    /// <summary>
    /// False while entries have waited for a checkpoint for half of the time that a receipt promises: a further promise might not be kept.
    /// </summary>
    bool MayPromise => true;

    /// <summary>
    /// Queues the entry. It becomes durable with the next commit. An entry beyond the rate or the part of its owner is counted in one instead. False
    /// when it is neither: then it is counted as lost with its attempts, and the log records that in an entry as soon as it can write again.
    /// </summary>
    bool TryAppend(AuditEntry entry);

    /// <summary>
    /// True while the last commit succeeded and there is room. Reading it looks at the volume, or tries a commit where the last one failed, at most
    /// once a second. So a log without writers also notices that its disk is full, and that it is not any more.
    /// </summary>
    bool IsAvailable { get; }

    /// <summary>The reason why it is not available, in words for the operator; null while it is.</summary>
    string? WhyUnavailable => IsAvailable ? null : "the audit log cannot be written";

    /// <summary>The counters of the log so far; for status, metrics and tests.</summary>
    AuditLogStatistics Statistics { get; }

    /// <summary>Returns false when the owner's part of the log is spent, so that others can still be recorded.</summary>
    /// <param name="owner">As in <see cref="AuditEntry.Owner"/>; for null always true.</param>
    bool HasRoomFor(object? owner) => true;

    /// <summary>Counts an exchange that was let through without a record.</summary>
    void CountUnrecorded()
    {
    }

    /// <summary>
    /// Returns when all entries queued so far, also counted ones, are durable or have failed. Attempts that are only counted may follow later.
    /// </summary>
    ValueTask FlushAsync();

    /// <summary>Returns when a signed checkpoint covers all entries queued so far, or could not be written.</summary>
    ValueTask PublishAsync() => FlushAsync();
}
