using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// The store in one SQLite file with a write-ahead log.
/// </summary>
/// <remarks>
/// <para>A write that was awaited is on the disk (synchronous=FULL). One that was not awaited may be lost as a whole, never in part.
/// All writes go through one queue and share commits, since writers that wait for each other's lock poll.</para>
/// <para>File and folder are only for the user (0600, 0700). Values derived from secrets are stored as digests in hexadecimal.</para>
/// <para>Safe for concurrent use. Several processes may open one file, but their writes then wait for each other.</para>
/// </remarks>
public sealed class Store : IStore, ICountedStore
{
    private readonly WriteQueue writes;
    private readonly ReadQueue reads;
    private readonly SqliteRevocations revocations;
    private readonly SqliteSessions sessions;
    private readonly SqliteTaskOwners taskOwners;
    private readonly SqliteQuotas quotas;
    private readonly SqliteCommandApprovals commandApprovals;
    private readonly SqliteDefinitionApprovals definitionApprovals;
    private readonly SqliteSecrets secrets;
    private readonly SqliteGrants grants;
    private readonly SqliteConsents consents;
    private readonly SqliteClients clients;
    private readonly SqliteApprovals approvals;
    private readonly SqliteRememberedApprovals rememberedApprovals;
    private readonly SqliteQuarantine quarantine;
    private readonly SqliteContainments containments;
    private readonly TimeProvider time;
    private readonly ITimer cleanUp;

    private Store(SqliteConnection writer, long found, (string Store, long Number) counted, string path, StoreOptions options, TimeProvider time)
    {
        IsNew = found == 0;
        WasCounted = found >= CommitCount.SinceVersion;
        Identity = counted.Store;
        this.time = time;
        Path = path;
        writes = new(writer, options.QueueLimit, counted.Number);
        reads = new(path, options.ReadConnections, options.QueueLimit);
        revocations = new(writes, reads, options.RowLimit, time);
        sessions = new(writes, reads, options.SessionRowLimit, time);
        taskOwners = new(writes, reads, options.RowLimit, time);
        quotas = new(writes, reads, options.RowLimit, time);
        commandApprovals = new(writes, reads, options.RowLimit, time);
        definitionApprovals = new(writes, reads, options.RowLimit, time);
        secrets = new(writes, reads, options.RowLimit, time);
        grants = new(writes, reads, options.RowLimit, options.CredentialRowLimit, time);
        consents = new(writes, reads, options.RowLimit, time);
        clients = new(writes, reads, options.RowLimit, time);
        approvals = new(writes, reads, options.RowLimit, time);
        rememberedApprovals = new(writes, reads, options.RowLimit, time);
        quarantine = new(writes, reads, options.RowLimit, time);
        containments = new(writes, reads, options.RowLimit, time);
        cleanUp = time.CreateTimer(_ => _ = CleanUpQuietlyAsync(), null, options.CleanUpEvery, options.CleanUpEvery);
    }

    /// <summary>The version of the schema that this code writes.</summary>
    public static int SchemaVersion => Schema.Current.Version;

    /// <summary>The absolute path of the file.</summary>
    public string Path { get; }

    /// <summary>True when the file was not there, or had no table, when it was opened.</summary>
    public bool IsNew { get; }

    /// <inheritdoc />
    public bool WasCounted { get; }

    /// <inheritdoc />
    public string Identity { get; }

    /// <inheritdoc />
    public long CommitNumber => writes.Number;

    /// <inheritdoc />
    public event Action? Committed
    {
        add => writes.Counted += value;
        remove => writes.Counted -= value;
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

    /// <summary>Opens a store. Makes file and folder where they are missing, and migrates an older schema. Blocks.</summary>
    /// <param name="path">The file; its folder must be one of its own, since the log files are stored next to it.</param>
    /// <param name="time">The clock by which rows expire.</param>
    /// <exception cref="StoreException">
    /// libsqlite3 is missing; folder or file are open to other users; the file is no store, damaged, or of a schema newer by
    /// more than one version; the disk refuses. The message names the remedy.
    /// </exception>
    public static Store Open(string path, TimeProvider time) => Open(path, time, new StoreOptions());

    /// <inheritdoc cref="Open(string, TimeProvider)"/>
    public static Store Open(string path, TimeProvider time, StoreOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        SqliteLibrary.EnsureLoaded();
        path = System.IO.Path.GetFullPath(path);
        StoreFile.Prepare(path);
        var writer = StoreConnection.OpenWriter(path, Schema.Current, options.CheckIntegrity, out var found);
        try
        {
            return new(writer, found, CommitCount.Open(writer), path, options, time);
        }
        catch (SqliteException fault)
        {
            writer.Dispose();
            throw StoreConnection.Explain(path, fault);
        }
    }

    /// <summary>Deletes the rows whose time is over. The store also does this every <see cref="StoreOptions.CleanUpEvery"/>.</summary>
    /// <returns>The number of deleted rows.</returns>
    /// <exception cref="StoreException">It was not committed.</exception>
    public ValueTask<int> CleanUpAsync(CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow();
        return writes.AddAsync(
            connection =>
                revocations.CleanUp(connection, now) + sessions.CleanUp(connection, now) + taskOwners.CleanUp(connection, now)
                + quotas.CleanUp(connection, now) + definitionApprovals.CleanUp(connection, now) + commandApprovals.CleanUp(connection, now)
                + secrets.CleanUp(connection, now) + grants.CleanUp(connection, now) + consents.CleanUp(connection, now)
                + clients.CleanUp(connection, now) + approvals.CleanUp(connection, now) + rememberedApprovals.CleanUp(connection, now)
                + quarantine.CleanUp(connection, now) + containments.CleanUp(connection, now),
            cancellation);
    }

    /// <summary>Commits the writes in the queue and closes the file. Later writes and reads are an <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await cleanUp.DisposeAsync().ConfigureAwait(false);
        // Readers first: the last connection to close folds the log into the file, and that must be the writer.
        await reads.DisposeAsync().ConfigureAwait(false);
        await writes.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Commits since the store was opened; fewer than writes, because writes share them.</summary>
    internal long Commits => writes.Commits;

    /// <summary>Adds a write of any kind, for tests of the queue.</summary>
    internal ValueTask<T> WriteAsync<T>(Func<SqliteConnection, T> write, CancellationToken cancellation = default) =>
        writes.AddAsync(write, cancellation);

    /// <summary>Runs a read of any kind, for tests of the queue.</summary>
    internal ValueTask<T> ReadAsync<T>(Func<SqliteConnection, T> read) => reads.ReadAsync(read, CancellationToken.None);

    private async Task CleanUpQuietlyAsync()
    {
        try
        {
            await CleanUpAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is StoreException or ObjectDisposedException)
        {
            // Expired rows are never returned, so only space is lost. The next write reports a broken disk to its caller.
        }
    }
}
