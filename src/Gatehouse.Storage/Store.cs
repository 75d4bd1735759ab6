using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// The store in one SQLite file with a write-ahead log.
/// </summary>
/// <remarks>
/// <para>A write that was awaited is on the disk (synchronous=FULL). One that was not awaited may be lost as a whole, never in part.
/// All writes go through one queue and share commits, since writers that wait for each other's lock poll.</para>
/// <para>File and folder are only for the user (0600, 0700). Values derived from secrets are stored as digests.</para>
/// <para>Safe for concurrent use. Several processes may open one file, but their writes then wait for each other.</para>
/// </remarks>
public sealed class Store : RelationalStore, ICountedStore
{
    private readonly WriteQueue writes;
    private readonly ReadQueue reads;

    private Store(WriteQueue writes, ReadQueue reads, string path, string identity, bool isNew, StoreOptions options, TimeProvider time)
        : base(new SqliteDatabase(writes, reads), options, time)
    {
        (this.writes, this.reads) = (writes, reads);
        (Path, Identity, IsNew) = (path, identity, isNew);
    }

    /// <summary>The absolute path of the file.</summary>
    public string Path { get; }

    /// <summary>True when the file was not there, or had no table, when it was opened.</summary>
    public bool IsNew { get; }

    /// <inheritdoc />
    public bool WasCounted => !IsNew;

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

    /// <summary>Opens a store. Makes file and folder where they are missing, and migrates an older schema. Blocks.</summary>
    /// <param name="path">The file; its folder must be one of its own, since the log files are stored next to it.</param>
    /// <param name="time">The clock by which rows expire.</param>
    /// <exception cref="StoreException">
    /// SQLite cannot be loaded; folder or file are open to other users; the file is no store, damaged, or of a schema newer by
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
        var writer = StoreConnection.OpenWriter(path, Schema.Current, options.CheckIntegrity, out var found, options.IsDurable);
        try
        {
            var (identity, number) = CommitCount.Open(writer);
            return new(
                new WriteQueue(writer, options.QueueLimit, number), new ReadQueue(path, options.ReadConnections, options.QueueLimit), path, identity,
                found == 0, options, time);
        }
        catch (SqliteException fault)
        {
            writer.Dispose();
            throw StoreConnection.Explain(path, fault);
        }
    }

    /// <summary>Commits since the store was opened; fewer than writes, because writes share them.</summary>
    internal long Commits => writes.Commits;

    /// <summary>Adds a write of any kind, for tests of the queue.</summary>
    internal ValueTask<T> WriteAsync<T>(Func<SqliteConnection, T> write, CancellationToken cancellation = default) =>
        writes.AddAsync(write, cancellation);

    /// <summary>Runs a read of any kind, for tests of the queue.</summary>
    internal ValueTask<T> ReadAsync<T>(Func<SqliteConnection, T> read) => reads.ReadAsync(read, CancellationToken.None);
}
