using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// What must survive a restart: revocations, open sessions, owners of tasks, quotas of the day, approvals of definitions, approved commands. One SQLite file with a write-ahead log.
/// </summary>
/// <remarks>
/// <para>A write that was awaited is on the disk (synchronous=FULL); one that was not awaited may be lost as a whole, never in part.
/// All writes go through one queue and share commits, since writers that wait for each other's lock poll.</para>
/// <para>File and folder are for the user alone (0600, 0700). Values derived from secrets are stored as digests in hexadecimal.</para>
/// <para>Safe for concurrent use. Several processes may open one file, but their writes then wait for each other.</para>
/// </remarks>
public sealed class Store : IAsyncDisposable
{
    private readonly WriteQueue _writes;
    private readonly ReadPool _reads;
    private readonly TimeProvider _time;
    private readonly ITimer _cleanUp;

    private Store(SqliteConnection writer, string path, StoreOptions options, TimeProvider time)
    {
        _time = time;
        Path = path;
        _writes = new(writer, options.QueueLimit);
        _reads = new(path, options.ReadConnections);
        Revocations = new(_writes, _reads, options.RowLimit, time);
        OpenSessions = new(_writes, _reads, options.SessionRowLimit, time);
        TaskOwners = new(_writes, _reads, options.RowLimit, time);
        QuotaDays = new(_writes, _reads, options.RowLimit, time);
        Commands = new(_writes, _reads, options.RowLimit, time);
        DefinitionWords = new(_writes, _reads, options.RowLimit, time);
        _cleanUp = time.CreateTimer(_ => _ = CleanUpQuietlyAsync(), null, options.CleanUpEvery, options.CleanUpEvery);
    }

    /// <summary>The version of the schema that this code writes.</summary>
    public static int SchemaVersion => Schema.Current.Version;

    /// <summary>The absolute path of the file.</summary>
    public string Path { get; }

    /// <summary>What was revoked before its time.</summary>
    public Revocations Revocations { get; }

    /// <summary>Sessions that are open.</summary>
    public OpenSessions OpenSessions { get; }

    /// <summary>Whose the tasks of upstream servers are.</summary>
    public TaskOwners TaskOwners { get; }

    /// <summary>What was used of the quotas of a day.</summary>
    public QuotaDays QuotaDays { get; }

    /// <summary>Commands that wrappers asked to start on a person's machine, and those that the person approved.</summary>
    public Commands Commands { get; }

    /// <summary>What administrators said about definitions of servers.</summary>
    public DefinitionWords DefinitionWords { get; }

    /// <summary>Opens a store; makes file and folder where they are missing, and migrates an older schema. Blocks.</summary>
    /// <param name="path">The file; its folder must be one of its own, since the log files lie beside it.</param>
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
        return new(StoreConnection.OpenWriter(path, Schema.Current, options.CheckIntegrity), path, options, time);
    }

    /// <summary>Deletes the rows whose time is over; also done by itself every <see cref="StoreOptions.CleanUpEvery"/>.</summary>
    /// <returns>How many rows were deleted.</returns>
    /// <exception cref="StoreException">It was not committed.</exception>
    public ValueTask<int> CleanUpAsync()
    {
        var now = _time.GetUtcNow();
        return _writes.AddAsync(connection =>
            Revocations.CleanUp(connection, now) + OpenSessions.CleanUp(connection, now) + TaskOwners.CleanUp(connection, now)
            + QuotaDays.CleanUp(connection, now) + DefinitionWords.CleanUp(connection, now) + Commands.CleanUp(connection, now));
    }

    /// <summary>Commits the writes in the queue and closes the file. Later writes and reads are an <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await _cleanUp.DisposeAsync().ConfigureAwait(false);
        // Readers first: the last connection to close folds the log into the file, and that must be the writer.
        _reads.Dispose();
        await _writes.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Commits since the store was opened; fewer than writes, because writes share them.</summary>
    internal long Commits => _writes.Commits;

    /// <summary>Adds a write of any kind, for tests of the queue.</summary>
    internal ValueTask<T> WriteAsync<T>(Func<SqliteConnection, T> write) => _writes.AddAsync(write);

    private async Task CleanUpQuietlyAsync()
    {
        try
        {
            await CleanUpAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is StoreException or ObjectDisposedException)
        {
            // Expired rows are never returned, so nothing is wrong but space; the next write tells a broken disk to its caller.
        }
    }
}
