namespace Gatehouse.Storage.Abstractions;

/// <summary>Revocations of tokens before their time.</summary>
public interface IRevocationStore
{
    /// <summary>Adds a revocation; of two for the same kind, issuer and value the later and longer one counts.</summary>
    /// <exception cref="ArgumentException">A text is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was revoked: the table is full, or the disk refused.</exception>
    ValueTask AddAsync(RevocationRow row, CancellationToken cancellation = default);

    /// <summary>The revocations that still count, oldest first.</summary>
    /// <param name="now">Those whose <see cref="RevocationRow.Until"/> is not later are left out.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<RevocationRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation = default);
}
