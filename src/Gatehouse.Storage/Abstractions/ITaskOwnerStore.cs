namespace Gatehouse.Storage.Abstractions;

/// <summary>Owners of the tasks of upstream servers, so that a task's identifier alone gives no access to its result.</summary>
/// <remarks>
/// The threat: one caller makes so many tasks that those of others cannot be stored (CWE-770). Once half of the table is full, a caller at
/// its part has the oldest of its own tasks forgotten for a new one. A forgotten task has no owner, and no caller can ask about it.
/// </remarks>
public interface ITaskOwnerStore
{
    /// <summary>The most rows.</summary>
    int RowLimit { get; }

    /// <summary>Adds the owner of a task; for its owner again, the later moment counts.</summary>
    /// <param name="row">The owner.</param>
    /// <param name="mostOfCaller">Rows that one caller may have once half of the table is full, 1 or more.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False when the task belongs to another owner: nothing was changed, and the caller must not give it out.</returns>
    /// <exception cref="ArgumentException">A text or digest is out of its range.</exception>
    /// <exception cref="StoreException">Nothing was added: the table is full, or the disk refused.</exception>
    ValueTask<bool> AddAsync(TaskOwnerRow row, int mostOfCaller, CancellationToken cancellation = default);

    /// <summary>The digest of a task's owner, or null when the task is unknown or forgotten.</summary>
    /// <param name="server">The server's name.</param>
    /// <param name="task">Digest of the task's identifier, 16 to 64 bytes.</param>
    /// <param name="now">A row whose moment is not later does not count.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentException">A text or digest is out of its range.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<byte[]?> FindAsync(string server, ReadOnlyMemory<byte> task, DateTimeOffset now, CancellationToken cancellation = default);
}
