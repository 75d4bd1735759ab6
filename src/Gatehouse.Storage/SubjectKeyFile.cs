using System.Data;
using System.Globalization;
using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// The keys of the audit log's subjects in one SQLite file of their own, 0600: it has backups of its own, which live as long as an erased person
/// may be
/// read again. A commit is on stable storage. What is removed is overwritten, in the file and in the write-ahead log, once no other program reads it.
/// </summary>
public sealed class SubjectKeyFile : ISubjectKeyStore
{
    // "GhSk" in ASCII: distinguishes the table from another program's file.
    private const long ApplicationId = 0x4768536b;

    private const int Slice = 500;
    private const int LongestWait = 1000; // milliseconds

    private const string Tables =
        """
        CREATE TABLE table_key (one INTEGER PRIMARY KEY CHECK (one = 1), sealed BLOB NOT NULL);
        CREATE TABLE subject_keys (
          id BLOB PRIMARY KEY, owner BLOB NOT NULL, pseudonym BLOB NOT NULL UNIQUE, class INTEGER NOT NULL, month INTEGER NOT NULL, sealed BLOB NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX subject_keys_owner ON subject_keys (owner);
        CREATE INDEX subject_keys_age ON subject_keys (class, month);
        """;

    private const string Columns = "SELECT id, owner, pseudonym, class, month, sealed FROM subject_keys WHERE ";

    private readonly Lock gate = new();
    private readonly SqliteConnection connection;

    private SubjectKeyFile(SqliteConnection connection, string path)
    {
        this.connection = connection;
        Path = path;
    }

    /// <summary>The absolute path of the file.</summary>
    public string Path { get; }

    /// <summary>Opens a table. Makes file (0600) and folder (0700) where they are missing. Blocks.</summary>
    /// <param name="path">The file; its folder must be only for the user.</param>
    /// <exception cref="StoreException">SQLite cannot be loaded; folder or file are open to other users; the file is damaged or no table.</exception>
    public static SubjectKeyFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SqliteLibrary.EnsureLoaded();
        path = System.IO.Path.GetFullPath(path);
        StoreFile.Prepare(path);
        return Opened(path, SqliteOpenMode.ReadWrite, static connection =>
        {
            StoreConnection.Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;");
            using var transaction = connection.BeginTransaction(deferred: false);
            if (Number(connection, "PRAGMA application_id") == 0 && Number(connection, "SELECT COUNT(*) FROM sqlite_schema") == 0)
            {
                StoreConnection.Execute(connection, Tables);
                StoreConnection.Execute(connection, $"PRAGMA application_id = {ApplicationId.ToString(CultureInfo.InvariantCulture)}");
            }

            transaction.Commit();
        });
    }

    /// <summary>Opens a table of which another process may be the writer. Nothing can be changed through it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="StoreException">SQLite cannot be loaded, or the file cannot be read or is no table.</exception>
    public static SubjectKeyFile OpenToRead(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SqliteLibrary.EnsureLoaded();
        return Opened(System.IO.Path.GetFullPath(path), SqliteOpenMode.ReadOnly, static _ => { });
    }

    /// <inheritdoc />
    public ReadOnlyMemory<byte>? TableKey() => Guarded(() =>
    {
        using var command = Command("SELECT sealed FROM table_key WHERE one = 1");
        return command.ExecuteScalar() is byte[] key ? key : (ReadOnlyMemory<byte>?)null;
    });

    /// <inheritdoc />
    public void SetTableKey(ReadOnlyMemory<byte> sealedKey) => Guarded(() =>
    {
        using var command = Command("INSERT INTO table_key VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET sealed = excluded.sealed", sealedKey.ToArray());
        return command.ExecuteNonQuery();
    });

    /// <inheritdoc />
    public SubjectKeyRow? Find(ReadOnlyMemory<byte> id) => Guarded(() => Row(Columns + "id = $1", id));

    /// <inheritdoc />
    public SubjectKeyRow? FindPseudonym(ReadOnlyMemory<byte> pseudonym) => Guarded(() => Row(Columns + "pseudonym = $1", pseudonym));

    /// <inheritdoc />
    public IReadOnlyList<ReadOnlyMemory<byte>> Pseudonyms(ReadOnlyMemory<byte> owner) => Guarded(() =>
    {
        using var command = Command("SELECT pseudonym FROM subject_keys WHERE owner = $1", owner.ToArray());
        using var rows = command.ExecuteReader();
        List<ReadOnlyMemory<byte>> found = [];
        while (rows.Read()) found.Add((byte[])rows[0]);
        return found;
    });

    /// <inheritdoc />
    public bool Add(SubjectKeyRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        return Guarded(() =>
        {
            using var command = Command("INSERT INTO subject_keys VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                row.Id.ToArray(), row.Owner.ToArray(), row.Pseudonym.ToArray(), row.Class, row.Month, row.SealedKey.ToArray());
            return command.ExecuteNonQuery() == 1;
        });
    }

    /// <inheritdoc />
    public int Remove(IReadOnlyCollection<ReadOnlyMemory<byte>> pseudonyms)
    {
        ArgumentNullException.ThrowIfNull(pseudonyms);
        return Guarded(() =>
        {
            var removed = 0;
            using (var transaction = connection.BeginTransaction(deferred: false))
            {
                foreach (var pseudonym in pseudonyms)
                {
                    using var command = Command("DELETE FROM subject_keys WHERE pseudonym = $1", pseudonym.ToArray());
                    removed += command.ExecuteNonQuery();
                }

                transaction.Commit();
            }

            Overwrite(); // a reader may keep it from it: that is the answer of TryOverwrite
            return removed;
        });
    }

    /// <inheritdoc />
    public int RemoveBefore(int @class, int month) => Guarded(() =>
    {
        using var command = Command(
            "DELETE FROM subject_keys WHERE id IN (SELECT id FROM subject_keys WHERE class = $1 AND month < $2 LIMIT $3)", @class, month, Slice);
        var removed = command.ExecuteNonQuery();
        if (removed > 0) Overwrite();
        return removed;
    });

    /// <inheritdoc />
    public bool TryOverwrite() => Guarded(() =>
    {
        // SQLite itself waits for its readers.
        StoreConnection.Execute(connection, $"PRAGMA busy_timeout = {LongestWait.ToString(CultureInfo.InvariantCulture)}");
        try
        {
            return Overwrite();
        }
        finally
        {
            StoreConnection.Execute(connection, "PRAGMA busy_timeout = 0");
        }
    });

    /// <inheritdoc />
    public long CountBefore(int @class, int month) => Guarded(() =>
    {
        using var command = Command("SELECT COUNT(*) FROM subject_keys WHERE class = $1 AND month < $2", @class, month);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    });

    /// <inheritdoc />
    public long Count() => Guarded(() => Number(connection, "SELECT COUNT(*) FROM subject_keys"));

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        lock (gate) connection.Dispose();
    }

    private static SubjectKeyFile Opened(string path, SqliteOpenMode mode, Action<SqliteConnection> prepare)
    {
        // Another program may read the table for a backup. An entry does not wait for it without end.
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 5 };
        var connection = new SqliteConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            StoreConnection.Execute(connection, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;");
            prepare(connection);
            if (Number(connection, "PRAGMA application_id") != ApplicationId)
                throw new StoreException($"The file {path} is no table of the audit log's keys. Put the right one back, or name another state folder.");
            return new SubjectKeyFile(connection, path);
        }
        catch (SqliteException fault)
        {
            connection.Dispose();
            throw StoreConnection.Explain(path, fault);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // The write-ahead log still has the pages of before, and so has the file while a reader needs them. SQLite does not fail then: the row says so.
    private bool Overwrite() => Number(connection, "PRAGMA wal_checkpoint(TRUNCATE)") == 0;

    private SubjectKeyRow? Row(string sql, ReadOnlyMemory<byte> value)
    {
        using var command = Command(sql, value.ToArray());
        using var row = command.ExecuteReader();
        return row.Read()
            ? new SubjectKeyRow((byte[])row[0], (byte[])row[1], (byte[])row[2], row.GetInt32(3), row.GetInt32(4), (byte[])row[5]) : null;
    }

    private T Guarded<T>(Func<T> act)
    {
        lock (gate)
        {
            // An entry may ask for a key after the log has closed. Its caller handles a StoreException, and not that of the closed connection.
            if (connection.State != ConnectionState.Open) throw new StoreException($"{Path} is closed");
            try
            {
                return act();
            }
            catch (SqliteException fault)
            {
                throw StoreConnection.Explain(Path, fault);
            }
        }
    }

    private SqliteCommand Command(string sql, params object[] values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${(i + 1).ToString(CultureInfo.InvariantCulture)}", values[i]);
        return command;
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
