using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>The repositories over one database. SQLite and PostgreSQL have the same tables and statements.</summary>
public abstract class RelationalStore : IStore
{
    private readonly Database database;
    private readonly ITimer cleanUp;

    private protected RelationalStore(Database database, StoreOptions options, TimeProvider time)
    {
        this.database = database;
        Revocations = new RevocationStore(database, options.RowLimit, time);
        Sessions = new SessionStore(database, options.SessionRowLimit, time);
        TaskOwners = new TaskOwnerStore(database, options.RowLimit, time);
        Quotas = new QuotaStore(database, options.RowLimit, time);
        CommandApprovals = new CommandApprovalStore(database, options.RowLimit, time);
        DefinitionApprovals = new DefinitionApprovalStore(database, options.RowLimit, time);
        Secrets = new SecretStore(database, options.RowLimit, time);
        Grants = new GrantStore(database, options.RowLimit, options.CredentialRowLimit, time);
        Consents = new ConsentStore(database, options.RowLimit, time);
        Clients = new ClientStore(database, options.RowLimit, time);
        Approvals = new ApprovalStore(database, options.RowLimit, time);
        RememberedApprovals = new RememberedApprovalStore(database, options.RowLimit, time);
        Quarantine = new QuarantineStore(database, options.RowLimit, time);
        Containments = new ContainmentStore(database, options.RowLimit, time);
        Connections = new ConnectionStore(database, options.RowLimit, time);
        cleanUp = time.CreateTimer(_ => _ = CleanUpQuietlyAsync(), null, options.CleanUpEvery, options.CleanUpEvery);
    }

    /// <summary>The version of the schema that this code writes.</summary>
    public static int SchemaVersion => Schema.Current.Version;

    /// <inheritdoc />
    public IRevocationStore Revocations { get; }

    /// <inheritdoc />
    public ISessionStore Sessions { get; }

    /// <inheritdoc />
    public ITaskOwnerStore TaskOwners { get; }

    /// <inheritdoc />
    public IQuotaStore Quotas { get; }

    /// <inheritdoc />
    public ICommandApprovalStore CommandApprovals { get; }

    /// <inheritdoc />
    public IDefinitionApprovalStore DefinitionApprovals { get; }

    /// <inheritdoc />
    public ISecretStore Secrets { get; }

    /// <inheritdoc />
    public IGrantStore Grants { get; }

    /// <inheritdoc />
    public IConsentStore Consents { get; }

    /// <inheritdoc />
    public IClientStore Clients { get; }

    /// <inheritdoc />
    public IApprovalStore Approvals { get; }

    /// <inheritdoc />
    public IRememberedApprovalStore RememberedApprovals { get; }

    /// <inheritdoc />
    public IQuarantineStore Quarantine { get; }

    /// <inheritdoc />
    public IContainmentStore Containments { get; }

    /// <inheritdoc />
    public IConnectionStore Connections { get; }

    /// <summary>
    /// Deletes the rows whose time is over, in parts. The store also does this every <see cref="StoreOptions.CleanUpEvery"/>.
    /// </summary>
    /// <returns>The number of deleted rows. If a later part failed, it is that of the parts before.</returns>
    /// <exception cref="StoreException">Nothing was deleted.</exception>
    public async ValueTask<int> CleanUpAsync(CancellationToken cancellation = default)
    {
        var deleted = 0;
        try
        {
            foreach (var table in database.Tables)
            {
                int some;
                do
                {
                    some = await table.CleanUpAsync(cancellation).ConfigureAwait(false);
                    deleted += some;
                }
                while (some == StoreTable.MostInOneStatement);
            }
        }
        catch (StoreException) when (deleted > 0)
        {
            // The rest waits for the next time.
        }

        return deleted;
    }

    /// <summary>Finishes the calls that were begun and closes the connections. Later calls are an <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await cleanUp.DisposeAsync().ConfigureAwait(false);
        await database.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    private async Task CleanUpQuietlyAsync()
    {
        try
        {
            await CleanUpAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is StoreException or ObjectDisposedException)
        {
            // Expired rows are never returned, so only space is lost. The next write reports a broken disk or server to its caller.
        }
    }
}
