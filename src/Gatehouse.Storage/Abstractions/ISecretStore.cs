namespace Gatehouse.Storage.Abstractions;

/// <summary>
/// Sealed secrets by purpose, owner and name. The store sees ciphertext only: it cannot know whether a row was changed, so the seal must bind the
/// row to its place (SK-02).
/// </summary>
public interface ISecretStore
{
    /// <summary>Adds a secret, or replaces the one of its place as a whole.</summary>
    /// <param name="row">The secret.</param>
    /// <param name="mostOfOwner">Secrets that one owner may have for one purpose, 1 or more.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False when the owner has the most already: nothing was changed.</returns>
    /// <exception cref="ArgumentException">A text or sealed bytes are out of their range.</exception>
    /// <exception cref="StoreException">Nothing was added: the table is full, or the disk refused.</exception>
    ValueTask<bool> PutAsync(SecretRow row, int mostOfOwner, CancellationToken cancellation = default);

    /// <summary>Replaces the sealed key of a secret that has not changed since it was listed.</summary>
    /// <param name="head">The secret as it was listed.</param>
    /// <param name="sealedKey">The same key, sealed again.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False when the secret was set or removed since: nothing was changed.</returns>
    /// <exception cref="ArgumentException">A text or sealed bytes are out of their range.</exception>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask<bool> ReplaceKeyAsync(SecretHead head, ReadOnlyMemory<byte> sealedKey, CancellationToken cancellation = default);

    /// <summary>Removes a secret.</summary>
    /// <returns>False when there was none.</returns>
    /// <exception cref="ArgumentException">A text is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing changed: the disk refused.</exception>
    ValueTask<bool> RemoveAsync(string purpose, string owner, string name, CancellationToken cancellation = default);

    /// <summary>The secret of the place; null when there is none.</summary>
    /// <exception cref="ArgumentException">A text is too long or no text.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<SecretRow?> FindAsync(string purpose, string owner, string name, CancellationToken cancellation = default);

    /// <summary>All secrets without their values, by purpose, owner and name.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<SecretHead>> ListAsync(CancellationToken cancellation = default);
}
