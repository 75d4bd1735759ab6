namespace Gatehouse.Storage.Abstractions;

/// <summary>
/// The sessions that are open. A handle counts only while its session has a row, so what has ended needs none: the table is as large
/// as the number of open sessions, which is bounded, whatever was opened and ended before.
/// </summary>
public interface ISessionStore
{
    /// <summary>Adds a session; for one that is there the later moment counts, and its owner stays.</summary>
    /// <exception cref="ArgumentException">A text is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was added: the table is full, or the disk refused.</exception>
    ValueTask AddAsync(OpenSessionRow row, CancellationToken cancellation = default);

    /// <summary>Removes a session for good; needs no room.</summary>
    /// <param name="sessionUid">The session's identifier.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False when there was none.</returns>
    /// <exception cref="ArgumentException">The text is too long or no text.</exception>
    /// <exception cref="StoreException">The disk refused.</exception>
    ValueTask<bool> RemoveAsync(string sessionUid, CancellationToken cancellation = default);

    /// <summary>The open sessions whose handles have not expired, by the moment of their expiry.</summary>
    /// <param name="now">Those whose moment is not later are left out.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<OpenSessionRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default);
}
