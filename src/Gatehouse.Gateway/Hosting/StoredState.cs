using Gatehouse.Gateway.Definitions;
using Gatehouse.Gateway.Limits;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The rows that a store kept of the process before this one. They are read once, before any request is served: a later request meets them in memory.
/// </summary>
/// <param name="Store">The store.</param>
/// <param name="Sessions">Sessions that were open.</param>
/// <param name="Quotas">Counts of today.</param>
/// <param name="Definitions">Approvals of definitions.</param>
/// <param name="Containments">Containments in force, the oldest first; those among them whose release has no entry in the audit log.</param>
internal sealed record StoredState(
    IStore Store, IReadOnlyList<OpenSessionRow> Sessions, IReadOnlyList<QuotaDayRow> Quotas, IReadOnlyList<DefinitionApprovalRow> Definitions,
    IReadOnlyList<ContainmentRow> Containments)
{
    /// <summary>Reads the rows.</summary>
    /// <param name="store">The store.</param>
    /// <param name="settings">The configuration.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static async Task<StoredState> ReadAsync(IStore store, GatewaySettings settings, TimeProvider time) => new(
        store,
        await store.Sessions.ListAsync(time.GetUtcNow()).ConfigureAwait(false),
        await store.Quotas.ListAsync(QuotaMoment.Now(time).Day).ConfigureAwait(false),
        await StoredApprovals.ReadAsync(store.DefinitionApprovals, settings, time).ConfigureAwait(false),
        await ReadContainmentsAsync(store, time).ConfigureAwait(false));

    private static async Task<IReadOnlyList<ContainmentRow>> ReadContainmentsAsync(IStore store, TimeProvider time)
    {
        var inForce = await store.Containments.ListAsync(time.GetUtcNow()).ConfigureAwait(false);
        var unnoted = await store.Containments.UnnotedAsync().ConfigureAwait(false);
        return [.. inForce.Concat(unnoted.Where(static row => row.IsReleased)).DistinctBy(static row => row.Id).OrderBy(static row => row.At)];
    }
}
