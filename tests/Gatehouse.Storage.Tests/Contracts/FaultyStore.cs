using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>A store of which a test replaces parts by faulty ones.</summary>
internal sealed class FaultyStore(IStore inner) : IStore
{
    public IRevocationStore Revocations { get; init; } = inner.Revocations;

    public ISessionStore Sessions { get; init; } = inner.Sessions;

    public ITaskOwnerStore TaskOwners { get; init; } = inner.TaskOwners;

    public IQuotaStore Quotas { get; init; } = inner.Quotas;

    public ICommandApprovalStore CommandApprovals { get; init; } = inner.CommandApprovals;

    public IDefinitionApprovalStore DefinitionApprovals { get; init; } = inner.DefinitionApprovals;

    public ISecretStore Secrets { get; init; } = inner.Secrets;

    public IGrantStore Grants { get; init; } = inner.Grants;

    public IConsentStore Consents { get; init; } = inner.Consents;

    public IClientStore Clients { get; init; } = inner.Clients;

    public IApprovalStore Approvals { get; init; } = inner.Approvals;

    public IRememberedApprovalStore RememberedApprovals { get; init; } = inner.RememberedApprovals;

    public IQuarantineStore Quarantine { get; init; } = inner.Quarantine;

    public IContainmentStore Containments { get; init; } = inner.Containments;

    public IConnectionStore Connections { get; init; } = inner.Connections;

    public bool StaysOpen { get; init; }

    public ValueTask<int> CleanUpAsync(CancellationToken cancellation = default) => inner.CleanUpAsync(cancellation);

    public ValueTask DisposeAsync() => StaysOpen ? ValueTask.CompletedTask : inner.DisposeAsync();
}
