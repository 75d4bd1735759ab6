namespace Gatehouse.Storage.Abstractions;

/// <summary>Consents of people to clients; one for each person, client and resource.</summary>
public interface IConsentStore
{
    /// <summary>Adds a consent, or replaces the one for the same subject, client and resource as a whole.</summary>
    /// <param name="row">The consent.</param>
    /// <param name="mostOfSubject">Consents that one subject may have, 1 or more; its oldest is forgotten for a new one.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentException">A text is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was added: the table is full, or the disk refused.</exception>
    ValueTask PutAsync(ConsentRow row, int mostOfSubject, CancellationToken cancellation = default);

    /// <summary>Finds a consent.</summary>
    /// <exception cref="ArgumentException">A text is too long or no text.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<ConsentRow?> FindAsync(
        string subject, string clientId, string resource, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>The consents, by subject, client and resource.</summary>
    /// <param name="subject">Only those of this subject; null for all.</param>
    /// <param name="most">At most so many, 1 or more.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentException">The subject is too long or no text, or the number is out of its range.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<ConsentRow>> ListAsync(string? subject, int most, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Removes a consent.</summary>
    /// <returns>False when there was none.</returns>
    /// <exception cref="ArgumentException">A text is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was removed: the disk refused.</exception>
    ValueTask<bool> RemoveAsync(string subject, string clientId, string resource, CancellationToken cancellation = default);
}
