using System.Globalization;
using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gatehouse.Storage;

/// <summary>
/// The index of an audit log in one SQLite file of its own, 0600. It holds nothing that the log does not hold, so a commit is not waited for on the
/// disk: after a loss of power the file is consistent and may lack the last entries, which are read from the log again.
/// </summary>
/// <remarks>
/// <para>Each token has a number, and each entry a posting for each of its tokens. Postings are in the order (token, time, number), so that the
/// newest entries of a token are read without a sort.</para>
/// <para>A file that is no index, or is damaged, is deleted and made again: <see cref="WasDamaged"/>.</para>
/// </remarks>
public sealed class EntryIndexFile : IEntryIndexStore
{
    private const int QueueLimit = 64;
    private const int ReadConnections = 2;

    // Labels that are looked at for counts. A caller chooses names that are refused, and could choose many.
    private const int LargestFacet = 512;

    // "GhIx" in ASCII: distinguishes an index from another program's file.
    private const long ApplicationId = 0x47684978;

    private const string Tables =
        """
        CREATE TABLE head (
          one INTEGER PRIMARY KEY CHECK (one = 1),
          format INTEGER NOT NULL,
          salt BLOB NOT NULL,
          key_check BLOB NOT NULL,
          log TEXT,
          place INTEGER NOT NULL,
          digest BLOB NOT NULL,
          entries INTEGER NOT NULL,
          newest INTEGER NOT NULL
        );
        CREATE TABLE logs (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE entries (number INTEGER PRIMARY KEY, log INTEGER NOT NULL, place INTEGER NOT NULL, at INTEGER NOT NULL, box BLOB NOT NULL);
        CREATE TABLE terms (id INTEGER PRIMARY KEY, token BLOB NOT NULL UNIQUE, facet INTEGER NOT NULL, label BLOB NOT NULL, uses INTEGER NOT NULL);
        CREATE INDEX terms_facet ON terms (facet, uses) WHERE facet > 0;
        CREATE TABLE postings (term INTEGER NOT NULL, at INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (term, at, number)) WITHOUT ROWID;
        """;

    private readonly WriteQueue writes;
    private readonly ReadQueue reads;
    private readonly EntryIndexWriter writer = new();

    private EntryIndexFile(SqliteConnection connection, string path, bool wasDamaged)
    {
        Path = path;
        WasDamaged = wasDamaged;
        writes = new(connection, QueueLimit);
        reads = new(path, ReadConnections, QueueLimit);
    }

    /// <summary>The absolute path of the file.</summary>
    public string Path { get; }

    /// <summary>True where a damaged file was deleted at this opening.</summary>
    public bool WasDamaged { get; }

    /// <summary>Opens an index. Makes file (0600) and folder (0700) where they are missing. Blocks.</summary>
    /// <param name="path">The file; its folder must be only for the user.</param>
    /// <exception cref="StoreException">SQLite cannot be loaded; folder or file are open to other users; the file cannot be made or
    /// deleted.</exception>
    public static EntryIndexFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SqliteLibrary.EnsureLoaded();
        path = System.IO.Path.GetFullPath(path);
        StoreFile.Prepare(path);
        try
        {
            return new(OpenWriter(path), path, wasDamaged: false);
        }
        catch (SqliteException fault) when (IsDamage(fault))
        {
            Delete(path);
            StoreFile.Prepare(path);
            return new(OpenWriter(path), path, wasDamaged: true);
        }
        catch (SqliteException fault)
        {
            throw StoreConnection.Explain(path, fault);
        }
    }

    /// <summary>Deletes the file of an index, and what SQLite has beside it. Without effect where there is none.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="StoreException">A file cannot be deleted.</exception>
    public static void Delete(string path)
    {
        try
        {
            foreach (var file in (string[])[path, path + "-wal", path + "-shm"]) File.Delete(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The index {path} cannot be deleted: {fault.Message} Delete it, then run the command again.", fault);
        }
    }

    /// <inheritdoc />
    public ValueTask<IndexHead?> ReadHeadAsync(CancellationToken cancellation = default) => ReadAsync(EntryIndexReader.Head, cancellation);

    /// <inheritdoc />
    public async ValueTask BeginAsync(IndexHead head, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(head);
        await WriteAsync(connection => writer.Begin(connection, head), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask AppendAsync(IReadOnlyList<IndexedEntry> rows, IndexHead head, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(head);
        foreach (var row in rows) row.Validate();
        await WriteAsync(connection => writer.Append(connection, rows, head), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<long> KeepLogsAsync(IReadOnlyCollection<string> logs, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(logs);
        return WriteAsync(connection => writer.KeepLogs(connection, logs), cancellation);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<FoundEntry>> FindAsync(IndexQuestion question, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        question.Validate();
        return ReadAsync(connection => EntryIndexReader.Find(connection, question), cancellation);
    }

    /// <inheritdoc />
    public ValueTask<long> CountAsync(IndexQuestion question, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        question.Validate();
        return ReadAsync(connection => EntryIndexCounts.Of(connection, question, cancellation), cancellation);
    }

    /// <inheritdoc />
    public ValueTask<IndexCounts> CountByFacetAsync(
        IndexQuestion question, IReadOnlyList<int> facets, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(facets);
        foreach (var facet in facets) ArgumentOutOfRangeException.ThrowIfLessThan(facet, 1, nameof(facets));
        question.Validate();
        return ReadAsync(connection =>
            EntryIndexCounts.ByFacet(connection, question, facets, LargestFacet, EntryIndexCounts.LargestSet, cancellation), cancellation);
    }

    /// <summary>Commits the writes in the queue and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await reads.DisposeAsync().ConfigureAwait(false);
        await writes.DisposeAsync().ConfigureAwait(false);
    }

    private static SqliteConnection OpenWriter(string path)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            StoreConnection.Execute(connection, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA cache_size = -65536; PRAGMA secure_delete = ON;");
            StoreConnection.Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864;");
            if (!IsIndex(connection)) throw new SqliteException("it is no index", raw.SQLITE_NOTADB);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // A file of another program is not deleted by chance: this path belongs to the index only.
    private static bool IsIndex(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var id = Read(connection, "PRAGMA application_id");
        if (id == 0 && Read(connection, "SELECT COUNT(*) FROM sqlite_schema") == 0)
        {
            StoreConnection.Execute(connection, Tables);
            StoreConnection.Execute(connection, $"PRAGMA application_id = {ApplicationId.ToString(CultureInfo.InvariantCulture)}");
            transaction.Commit();
            return true;
        }

        return id == ApplicationId && Read(connection, "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table'") == 5;
    }

    private static long Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static bool IsDamage(SqliteException fault) =>
        fault.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_ERROR or raw.SQLITE_FORMAT or raw.SQLITE_CONSTRAINT;

    /// <summary>
    /// Reads in one transaction: every statement of the read sees the same commit. Otherwise an append between two statements would look like a
    /// posting of an entry that is not in the index.
    /// </summary>
    /// <param name="read">The read.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DamagedIndexException">The rows cannot be read as an index.</exception>
    /// <exception cref="StoreException">The index cannot be read.</exception>
    internal async ValueTask<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellation)
    {
        try
        {
            return await reads.ReadAsync(connection => InTransaction(connection, read), cancellation).ConfigureAwait(false);
        }
        catch (StoreException fault) when (IsDamage(fault))
        {
            throw new DamagedIndexException($"the index {Path} is damaged", fault);
        }
    }

    private static T InTransaction<T>(SqliteConnection connection, Func<SqliteConnection, T> read)
    {
        StatementCache.Execute(connection, "BEGIN");
        try
        {
            return read(connection);
        }
        finally
        {
            // Nothing was written. SQLite ends the transaction itself after some faults.
            if (raw.sqlite3_get_autocommit(connection.Handle) == 0) StatementCache.Execute(connection, "ROLLBACK");
        }
    }

    private async ValueTask<T> WriteAsync<T>(Func<SqliteConnection, T> write, CancellationToken cancellation)
    {
        try
        {
            return await writes.AddAsync(write, cancellation).ConfigureAwait(false);
        }
        catch (StoreException fault)
        {
            writer.Forget(); // numbers of tokens that were undone
            if (IsDamage(fault)) throw new DamagedIndexException($"the index {Path} is damaged", fault);
            throw;
        }
    }

    private static bool IsDamage(StoreException fault) => fault.InnerException is SqliteException known && IsDamage(known);
}
