using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>
/// A store without a disk: for tests of what needs one, and to show that the contract of the repositories is more than one implementation's
/// behaviour. Reads and writes complete at once, one after the other.
/// </summary>
public sealed class InMemoryStore : IStore
{
    private readonly InMemoryTables tables;
    private readonly InMemoryRevocations revocations;
    private readonly InMemorySessions sessions;
    private readonly InMemoryTaskOwners taskOwners;
    private readonly InMemoryQuotas quotas;
    private readonly InMemoryCommandApprovals commandApprovals;
    private readonly InMemoryDefinitionApprovals definitionApprovals;
    private readonly InMemorySecrets secrets;
    private readonly InMemoryGrants grants;
    private readonly InMemoryConsents consents;
    private readonly InMemoryClients clients;
    private readonly InMemoryApprovals approvals;
    private readonly InMemoryRememberedApprovals rememberedApprovals;
    private readonly InMemoryQuarantine quarantine;
    private readonly InMemoryContainments containments;

    /// <summary>Opens a store.</summary>
    /// <param name="data">The rows; another store may have had them.</param>
    /// <param name="time">The clock by which rows expire.</param>
    /// <param name="rowLimit">The most rows of each table but that of sessions.</param>
    /// <param name="sessionRowLimit">The most open sessions.</param>
    /// <param name="credentialRowLimit">The most credentials of grants.</param>
    public InMemoryStore(
        InMemoryStoreData data, TimeProvider time, int rowLimit = 100_000, int sessionRowLimit = 2_000_000, int credentialRowLimit = 2_000_000)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(time);
        tables = new InMemoryTables(data.Gate, time);
        revocations = new InMemoryRevocations(new(tables, data.Revocations, rowLimit, static row => row.Until));
        sessions = new InMemorySessions(new(tables, data.Sessions, sessionRowLimit, static row => row.Until));
        taskOwners = new InMemoryTaskOwners(new(tables, data.TaskOwners, rowLimit, static row => row.Until));
        quotas = new InMemoryQuotas(new(tables, data.Quotas, rowLimit, static row => row.Until));
        commandApprovals = new InMemoryCommandApprovals(new(tables, data.Commands, rowLimit, static row => row.Until));
        definitionApprovals = new InMemoryDefinitionApprovals(new(tables, data.Definitions, rowLimit, static row => row.Until));
        secrets = new InMemorySecrets(new(tables, data.Secrets, rowLimit, static row => row.Until));
        grants = new InMemoryGrants(
            new(tables, data.Grants, rowLimit, static row => row.Until), new(tables, data.Credentials, rowLimit, static one => one.Row.Until),
            credentialRowLimit);
        consents = new InMemoryConsents(new(tables, data.Consents, rowLimit, static row => row.Until));
        clients = new InMemoryClients(new(tables, data.Clients, rowLimit, static row => row.Until));
        approvals = new InMemoryApprovals(
            new(tables, data.Approvals, rowLimit, static row => row.Until, static row => row.IsNoted),
            new(tables, data.ApprovalAnswers, rowLimit, static row => row.Until, static row => row.IsNoted));
        rememberedApprovals = new InMemoryRememberedApprovals(
            new(tables, data.RememberedApprovals, rowLimit, static row => row.Until, static row => row.IsNoted));
        quarantine = new InMemoryQuarantine(
            new(tables, data.Quarantine, rowLimit, static one => one.Row.Until, static one => one.Row.IsNoted));
        containments = new InMemoryContainments(new(tables, data.Containments, rowLimit, static row => row.Until, static row => row.IsNoted));
    }

    /// <inheritdoc />
    public IRevocationStore Revocations => revocations;

    /// <inheritdoc />
    public ISessionStore Sessions => sessions;

    /// <inheritdoc />
    public ITaskOwnerStore TaskOwners => taskOwners;

    /// <inheritdoc />
    public IQuotaStore Quotas => quotas;

    /// <inheritdoc />
    public ICommandApprovalStore CommandApprovals => commandApprovals;

    /// <inheritdoc />
    public IDefinitionApprovalStore DefinitionApprovals => definitionApprovals;

    /// <inheritdoc />
    public ISecretStore Secrets => secrets;

    /// <inheritdoc />
    public IGrantStore Grants => grants;

    /// <inheritdoc />
    public IConsentStore Consents => consents;

    /// <inheritdoc />
    public IClientStore Clients => clients;

    /// <inheritdoc />
    public IApprovalStore Approvals => approvals;

    /// <inheritdoc />
    public IRememberedApprovalStore RememberedApprovals => rememberedApprovals;

    /// <inheritdoc />
    public IQuarantineStore Quarantine => quarantine;

    /// <inheritdoc />
    public IContainmentStore Containments => containments;

    /// <inheritdoc />
    public ValueTask<int> CleanUpAsync(CancellationToken cancellation = default) => tables.RunAsync(
        () => revocations.CleanUp() + sessions.CleanUp() + taskOwners.CleanUp() + quotas.CleanUp() + commandApprovals.CleanUp()
            + definitionApprovals.CleanUp() + secrets.CleanUp() + grants.CleanUp() + consents.CleanUp() + clients.CleanUp() + approvals.CleanUp()
            + rememberedApprovals.CleanUp() + quarantine.CleanUp() + containments.CleanUp(),
        cancellation);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        tables.Close();
        return ValueTask.CompletedTask;
    }
}
