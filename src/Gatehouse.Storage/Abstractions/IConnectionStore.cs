namespace Gatehouse.Storage.Abstractions;

/// <summary>Connections of people to third-party services; one for each person and server.</summary>
public interface IConnectionStore
{
    /// <summary>Adds a connection, or replaces the one of the same person and server as a whole.</summary>
    /// <param name="row">The connection.</param>
    /// <param name="mostOfPerson">Connections that one person may have, 1 or more.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False when the person has as many already; nothing was added then.</returns>
    /// <exception cref="ArgumentException">A text is too long or no text, or the sealed part is too large.</exception>
    /// <exception cref="StoreException">Nothing was added: the table is full, or the disk refused.</exception>
    ValueTask<bool> PutAsync(ConnectionRow row, int mostOfPerson, CancellationToken cancellation = default);

    /// <summary>Replaces a connection that has the given revision, such as after its tokens were refreshed.</summary>
    /// <param name="row">The connection as it is then.</param>
    /// <param name="revision">The revision that it must have now.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False when it is gone, or was changed; nothing was replaced then.</returns>
    /// <exception cref="ArgumentException">A text is too long or no text, or the sealed part is too large.</exception>
    /// <exception cref="StoreException">Nothing was replaced: the disk refused.</exception>
    ValueTask<bool> ReplaceAsync(ConnectionRow row, string revision, CancellationToken cancellation = default);

    /// <summary>Finds the connection of a person for a server.</summary>
    /// <exception cref="ArgumentException">A text is too long or no text.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<ConnectionRow?> FindAsync(
        string issuer, string subject, string server, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Returns the connections of one person, or of all, by issuer, subject and server.</summary>
    /// <param name="person">Issuer and subject; null for all.</param>
    /// <param name="most">At most so many, 1 or more.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentException">A text is too long or no text, or the number is out of its range.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<ConnectionRow>> ListAsync(
        (string Issuer, string Subject)? person, int most, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Removes a connection.</summary>
    /// <param name="row">The connection. It is not removed when it was changed since.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False when no connection has this revision.</returns>
    /// <exception cref="StoreException">Nothing was removed: the disk refused.</exception>
    ValueTask<bool> RemoveAsync(ConnectionRow row, CancellationToken cancellation = default);
}
