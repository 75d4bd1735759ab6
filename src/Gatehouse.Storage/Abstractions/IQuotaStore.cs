namespace Gatehouse.Storage.Abstractions;

/// <summary>Use of the quotas of a day, so that a restart does not give them again.</summary>
public interface IQuotaStore
{
    /// <summary>
    /// Saves what a party used. Of two counts of one day the larger one holds, so that a late write gives nothing back; of two days the later one.
    /// </summary>
    /// <exception cref="ArgumentException">The digest is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was saved: the table is full, or the disk refused.</exception>
    ValueTask SaveAsync(QuotaDayRow row, CancellationToken cancellation = default);

    /// <summary>The counts of a day, by digest.</summary>
    /// <param name="day">Days since 0001-01-01 UTC.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<QuotaDayRow>> ListAsync(int day, CancellationToken cancellation = default);
}
