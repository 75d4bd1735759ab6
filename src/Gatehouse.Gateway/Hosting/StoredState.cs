using Gatehouse.Containment;
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
/// <param name="Containments">Containments in force.</param>
internal sealed record StoredState(
    IStore Store, IReadOnlyList<OpenSessionRow> Sessions, IReadOnlyList<QuotaDayRow> Quotas, IReadOnlyList<DefinitionApprovalRow> Definitions,
    StoredContainments Containments)
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
        await StoredContainments.ReadAsync(store.Containments, time).ConfigureAwait(false));
}
