using System.Globalization;
using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// The common part of the tables: expiry and the limit of rows. Used on the writer's connection only, except for <see cref="ReadAsync"/>.
/// </summary>
/// <param name="name">The table; has a column valid_until.</param>
/// <param name="writes">The one writer.</param>
/// <param name="reads">The readers.</param>
/// <param name="rowLimit">The most rows.</param>
/// <param name="time">The clock by which rows expire.</param>
/// <param name="mayGo">The condition under which a row whose time is over is deleted; always by default.</param>
internal sealed class StoreTable(string name, WriteQueue writes, ReadQueue reads, int rowLimit, TimeProvider time, string mayGo = "1")
{
    // Counted again whenever it reaches the limit, so that it only has to be no less than the true number of this process. Also counted again when a
    // write was undone, whose deletions are rows again.
    private long? rows;
    private long undone;

    /// <summary>Adds a row within the limit.</summary>
    /// <param name="exists">True when the row is there already, so that adding it needs no place.</param>
    /// <param name="add">Adds or replaces it.</param>
    /// <param name="reserved">Rows that stay free of this one, for more important rows.</param>
    /// <param name="cancellation">Ends the wait for the writer.</param>
    /// <param name="makeOwnRoom">Deletes rows of the party that adds this one, when it has its part already, and returns how many; null where rows
    /// have no party.</param>
    public ValueTask<T> AddAsync<T>(
        Func<SqliteConnection, bool> exists,
        Func<SqliteConnection, T> add,
        CancellationToken cancellation,
        int reserved = 0,
        Func<SqliteConnection, int>? makeOwnRoom = null)
    {
        return writes.AddAsync(Add, cancellation);

        T Add(SqliteConnection connection)
        {
            if (undone != writes.Undone) (rows, undone) = (null, writes.Undone);
            rows ??= Count(connection);
            // Counting the rows of one party costs something, and is not necessary while half of the table is free.
            if (makeOwnRoom is not null && rows * 2 >= rowLimit && !exists(connection)) rows -= makeOwnRoom(connection);
            MakeRoom(connection, exists, rowLimit - reserved);
            var result = add(connection);
            rows++;
            return result;
        }
    }

    /// <summary>Runs a write that needs no place.</summary>
    public ValueTask<T> WriteAsync<T>(Func<SqliteConnection, T> write, CancellationToken cancellation) => writes.AddAsync(write, cancellation);

    public ValueTask<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellation) => reads.ReadAsync(read, cancellation);

    /// <summary>Deletes the rows whose time is over, as a part of a write.</summary>
    public int CleanUp(SqliteConnection connection, DateTimeOffset now)
    {
        using var delete = Command(connection, $"DELETE FROM {name} WHERE valid_until <= $0 AND {mayGo}", now.UtcTicks);
        rows = null; // counted again when a row is added
        return delete.ExecuteNonQuery();
    }

    /// <summary>Runs a statement. Returns the number of rows that it changed.</summary>
    public static int Run(SqliteConnection connection, string sql, params ReadOnlySpan<object> parameters)
    {
        using var command = Command(connection, sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>Returns whether a query finds a row.</summary>
    public static bool Any(SqliteConnection connection, string sql, params ReadOnlySpan<object> parameters)
    {
        using var command = Command(connection, sql, parameters);
        return command.ExecuteScalar() is not null;
    }

    /// <summary>Returns the number that a query finds.</summary>
    public static long Number(SqliteConnection connection, string sql, params ReadOnlySpan<object> parameters)
    {
        using var command = Command(connection, sql, parameters);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    /// <summary>Returns the texts in the first column of what a query finds.</summary>
    public static IReadOnlyList<string> Texts(SqliteConnection connection, string sql, params ReadOnlySpan<object> parameters)
    {
        using var command = Command(connection, sql, parameters);
        using var reader = command.ExecuteReader();
        var texts = new List<string>();
        while (reader.Read()) texts.Add(reader.GetString(0));
        return texts;
    }

    /// <summary>Deletes one row, as a part of a write.</summary>
    /// <returns>False when there was none.</returns>
    public bool Remove(SqliteConnection connection, string column, string value)
    {
        using var delete = Command(connection, $"DELETE FROM {name} WHERE {column} = $0", value);
        if (delete.ExecuteNonQuery() == 0) return false;
        rows--;
        return true;
    }

    /// <summary>Takes a prepared statement. The parameters are named $0, $1 and so on.</summary>
    public static Statement Command(SqliteConnection connection, string sql, params ReadOnlySpan<object> parameters) =>
        StatementCache.Take(connection, sql, parameters);

    /// <summary>
    /// Makes room. A row that is still needed is never dropped for a new one: that would bring a revoked token or an ended session back.
    /// </summary>
    private void MakeRoom(SqliteConnection connection, Func<SqliteConnection, bool> exists, int most)
    {
        if (rows < most)
            return;
        CleanUp(connection, time.GetUtcNow());
        rows = Count(connection);
        if (rows >= most && !exists(connection))
            throw new StoreException($"The table {name} of the store is full ({most} rows). Nothing was added. Raise its limit.");
    }

    private long Count(SqliteConnection connection)
    {
        using var count = Command(connection, $"SELECT COUNT(*) FROM {name}");
        return Convert.ToInt64(count.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
