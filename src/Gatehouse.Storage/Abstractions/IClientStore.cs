namespace Gatehouse.Storage.Abstractions;

/// <summary>Clients that registered themselves.</summary>
public interface IClientStore
{
    /// <summary>
    /// Adds a client. Where there is no room, the oldest client that was never kept (<see cref="KeepAsync"/>) gives way: of the same address block
    /// where that has its part, otherwise of all.
    /// </summary>
    /// <param name="row">The client; its id is new. A client whose life is no longer than this one's counts as never kept.</param>
    /// <param name="most">Clients that are kept, 1 or more.</param>
    /// <param name="mostOfParty">Clients of one address block, 1 or more.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>
    /// False when there is no room for another one, or the id is there already: nothing was changed. A client in use is never dropped for a
    /// stranger's new one.
    /// </returns>
    /// <exception cref="ArgumentException">A part of the row is out of its range.</exception>
    /// <exception cref="StoreException">Nothing was added: the table is full, or the disk refused.</exception>
    ValueTask<bool> AddAsync(ClientRow row, int most, int mostOfParty, CancellationToken cancellation = default);

    /// <summary>Finds a client.</summary>
    /// <exception cref="ArgumentException">The id is too long or no text.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<ClientRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Keeps a client longer, because it was used. Of two moments the later counts.</summary>
    /// <returns>False when there is no such client.</returns>
    /// <exception cref="ArgumentException">The id is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask<bool> KeepAsync(string id, DateTimeOffset until, CancellationToken cancellation = default);

    /// <summary>Removes a client.</summary>
    /// <returns>False when there was none.</returns>
    /// <exception cref="ArgumentException">The id is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was removed: the disk refused.</exception>
    ValueTask<bool> RemoveAsync(string id, CancellationToken cancellation = default);
}
