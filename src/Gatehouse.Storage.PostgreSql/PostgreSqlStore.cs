using Gatehouse.Storage.Abstractions;
using Npgsql;

namespace Gatehouse.Storage.PostgreSql;

/// <summary>The store in one schema of a PostgreSQL database, which any number of gateways may use at the same time.</summary>
/// <remarks>
/// <para>A write is one transaction. It begins with a lock on the room of its table, which also holds the number of its rows: limits and single uses
/// hold across connections, processes and machines. Writes on one table run one after the other; reads wait for none.</para>
/// <para>A write that was awaited is as durable as the server's <c>synchronous_commit</c> makes it. A call whose connection is lost begins again
/// once. If the answer to the commit is lost, the store asks the server whether it was done.</para>
/// <para>No exception and no text holds the connection string or a stored value. Safe for concurrent use.</para>
/// </remarks>
public sealed class PostgreSqlStore : IStore
{
    // Each with the rooms that a deletion in it changes.
    private static readonly (OverRows Rows, string Rooms)[] Over =
    [
        .. new[] { "revocations", "open_sessions", "task_owners", "quota_days", "definition_words", "commands", "secrets", "consents", "clients" }
            .Select(static table => (new OverRows(table), $"'{table}'")),
        (new OverRows("grants"), Rooms.OfGrants),
        (new OverRows("credentials"), Rooms.OfGrants),
        .. new[] { "approvals", "approval_answers", "remembered_approvals", "quarantined_results", "containments" }
            .Select(static table => (new OverRows(table, ApprovalTables.MayGo), $"'{table}'")),
    ];

    private readonly Database database;
    private readonly TimeProvider time;
    private readonly ITimer cleanUp;

    private PostgreSqlStore(NpgsqlDataSource source, PostgreSqlStoreOptions options, TimeProvider time)
    {
        this.time = time;
        database = new(source, options);
        Revocations = new PostgreSqlRevocations(database, options.RowLimit, time);
        Sessions = new PostgreSqlSessions(database, options.SessionRowLimit, time);
        TaskOwners = new PostgreSqlTaskOwners(database, options.RowLimit, time);
        Quotas = new PostgreSqlQuotas(database, options.RowLimit, time);
        CommandApprovals = new PostgreSqlCommandApprovals(database, options.RowLimit, time);
        DefinitionApprovals = new PostgreSqlDefinitionApprovals(database, options.RowLimit, time);
        Secrets = new PostgreSqlSecrets(database, options.RowLimit, time);
        Grants = new PostgreSqlGrants(database, options.RowLimit, options.CredentialRowLimit, time);
        Consents = new PostgreSqlConsents(database, options.RowLimit, time);
        Clients = new PostgreSqlClients(database, options.RowLimit, time);
        Approvals = new PostgreSqlApprovals(database, options.RowLimit, time);
        RememberedApprovals = new PostgreSqlRememberedApprovals(database, options.RowLimit, time);
        Quarantine = new PostgreSqlQuarantine(database, options.RowLimit, time);
        Containments = new PostgreSqlContainments(database, options.RowLimit, time);
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

    /// <summary>Opens a store. Makes schema and tables where they are missing, and migrates older ones.</summary>
    /// <param name="options">The place of the store, and its limits.</param>
    /// <param name="time">The clock by which rows expire. Gateways on one database need clocks that agree.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="StoreException">
    /// The server cannot be reached or refuses; the connection to another machine is not protected; the schema belongs to another program, or is
    /// newer by more than one version. The message names the remedy.
    /// </exception>
    public static async ValueTask<PostgreSqlStore> OpenAsync(
        PostgreSqlStoreOptions options, TimeProvider time, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        options.Validate();
        var source = Address.Open(options);
        try
        {
            await Schema.Current.MigrateAsync(source, options.Schema, cancellation).ConfigureAwait(false);
            return new(source, options, time);
        }
        catch (Exception fault)
        {
            await source.DisposeAsync().ConfigureAwait(false);
            if (Faults.IsOfServer(fault)) throw Faults.Explain(fault);
            throw;
        }
    }

    /// <summary>
    /// Deletes the rows whose time is over, in parts. The store also does this every <see cref="PostgreSqlStoreOptions.CleanUpEvery"/>.
    /// </summary>
    /// <returns>The number of deleted rows. If a later part failed, it is that of the parts before.</returns>
    /// <exception cref="StoreException">Nothing was deleted.</exception>
    public async ValueTask<int> CleanUpAsync(CancellationToken cancellation = default)
    {
        var (now, deleted) = (time.GetUtcNow().UtcTicks, 0);
        try
        {
            foreach (var (rows, rooms) in Over)
            {
                int some;
                do
                {
                    some = await database.WriteAsync(rooms, work => rows.DeleteSomeAsync(work, now), cancellation).ConfigureAwait(false);
                    deleted += some;
                }
                while (some == OverRows.MostInOneStatement);
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
    }

    private async Task CleanUpQuietlyAsync()
    {
        try
        {
            await CleanUpAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is StoreException or ObjectDisposedException)
        {
            // Expired rows are never returned, so only space is lost. The next write reports an unreachable server to its caller.
        }
    }
}
