using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Containment;

/// <summary>The containments that the process before this one left in the store.</summary>
/// <param name="Rows">Those in force, the oldest first; those among them whose release has no entry in the audit log.</param>
internal sealed record StoredContainments(IReadOnlyList<ContainmentRow> Rows)
{
    /// <summary>Reads them.</summary>
    /// <param name="store">The store.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static async Task<StoredContainments> ReadAsync(IContainmentStore store, TimeProvider time)
    {
        var inForce = await store.ListAsync(time.GetUtcNow()).ConfigureAwait(false);
        var unnoted = await store.UnnotedAsync().ConfigureAwait(false);
        return new StoredContainments(
            [.. inForce.Concat(unnoted.Where(static row => row.IsReleased)).DistinctBy(static row => row.Id).OrderBy(static row => row.At)]);
    }
}
