using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gatehouse.Storage;

/// <summary>Connections to the file, with the settings that the store's promises rest on.</summary>
internal static class StoreConnection
{
    // The file's own claims are not trusted: a changed schema must not call functions, damaged pages must not be followed.
    private const string Settings = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;";

    /// <summary>Opens the connection that writes: write-ahead log, each commit on the disk before it returns.</summary>
    /// <exception cref="StoreException">The file is no store, damaged, too new, or cannot be written.</exception>
    public static SqliteConnection OpenWriter(string path, Schema schema, bool checkIntegrity) => OpenWriter(path, schema, checkIntegrity, out _);

    /// <inheritdoc cref="OpenWriter(string, Schema, bool)"/>
    /// <param name="path">The file.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="checkIntegrity">True to check the whole file.</param>
    /// <param name="found">The version of the schema that the file had; 0 when it had no table.</param>
    /// <param name="isDurable">False in tests only: commits do not wait for the disk.</param>
    public static SqliteConnection OpenWriter(string path, Schema schema, bool checkIntegrity, out long found, bool isDurable = true)
    {
        var connection = new SqliteConnection(ConnectionString(path, SqliteOpenMode.ReadWrite));
        try
        {
            connection.Open();
            Execute(connection, Settings);
            if (checkIntegrity)
                CheckIntegrity(connection);
            // What is deleted is overwritten: the library of some systems does it without being asked, and the one of the program does not.
            Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 16777216; PRAGMA secure_delete = ON;");
            Execute(connection, isDurable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF");
            RefuseOtherJournal(connection);
            found = Migrate(connection, schema);
            return connection;
        }
        catch (SqliteException fault)
        {
            connection.Dispose();
            throw Explain(path, fault);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that cannot write.</summary>
    public static SqliteConnection OpenReader(string path)
    {
        var connection = new SqliteConnection(ConnectionString(path, SqliteOpenMode.ReadOnly));
        try
        {
            connection.Open();
            Execute(connection, Settings);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants and numbers of this assembly come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Returns cause and remedy of a fault of SQLite.</summary>
    public static StoreException Explain(string path, SqliteException fault)
    {
        var remedy = fault.SqliteErrorCode switch
        {
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
                "The file is damaged or no store. Restore it from a copy, or move it away to begin an empty one; "
                    + "containments, revocations and approvals in it are then lost.",
            raw.SQLITE_FULL => "The disk is full. Make room.",
            raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM => "Check the rights of the file and its folder.",
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "Another process holds it. End that one, or wait.",
            _ => "Check the disk.",
        };
        return new StoreException($"The store {path} failed: {fault.Message} {remedy}", fault);
    }

    // Read within the write lock: of two processes that start at the same time the second finds the first one's work.
    private static long Migrate(SqliteConnection connection, Schema schema)
    {
        Execute(connection, "BEGIN IMMEDIATE");
        var found = BlockingWait.For(schema.MigrateAsync(new Work(connection, SqliteDialect.Instance, CancellationToken.None)));
        Execute(connection, "COMMIT");
        return found;
    }

    private static string ConnectionString(string path, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ConnectionString;

    private static void CheckIntegrity(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check(1)";
        if (command.ExecuteScalar() is not "ok")
            throw new StoreException(
                $"The store {connection.DataSource} is damaged. Restore it from a copy, or move it away to begin an empty one; revocations in it "
                    + $"are then lost.");
    }

    private static void RefuseOtherJournal(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode";
        if (command.ExecuteScalar() is not "wal")
            throw new StoreException(
                $"The store {connection.DataSource} is on a file system without shared memory, such as a network share. Put it on a local disk.");
    }
}
