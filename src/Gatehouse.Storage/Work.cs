using System.Data.Common;
using System.Globalization;

namespace Gatehouse.Storage;

/// <summary>Statements of one call on its connection. The values of a statement are named $1, $2 and so on.</summary>
/// <param name="connection">The connection, in a transaction where the call writes.</param>
/// <param name="dialect">The dialect of the connection.</param>
/// <param name="cancellation">Ends the statements; none for a write, which is finished once it has begun.</param>
internal sealed class Work(DbConnection connection, Dialect dialect, CancellationToken cancellation)
{
    private readonly Dictionary<string, long> used = new(StringComparer.Ordinal);
    private string rooms = "";

    public Dialect Dialect => dialect;

    /// <summary>The file, or the address of the server without what is secret in it.</summary>
    public string Source => connection.DataSource;

    /// <summary>The transaction's identifier in the server, by which its end can be asked for.</summary>
    public string Transaction { get; private set; } = "";

    /// <summary>
    /// Locks rooms until the transaction ends, and reads the number of their rows. Every write begins with it, in the order of names: two calls on
    /// the same tables run one after the other, whichever gateway they come from, and neither waits for a later lock of the other.
    /// </summary>
    /// <param name="names">The names of the rooms, as SQL.</param>
    public async ValueTask LockAsync(string names)
    {
        rooms = names;
        Transaction = await CountAsync(dialect.Locked).ConfigureAwait(false);
    }

    /// <summary>Has the rooms read again, after rows were deleted.</summary>
    public async ValueTask CountAgainAsync() => await CountAsync("").ConfigureAwait(false);

    /// <summary>The rows of a room, which triggers of the tables keep.</summary>
    public long Used(string room) => used[room];

    /// <summary>Runs a statement. Returns the number of rows that it changed.</summary>
    public async ValueTask<int> RunAsync(string sql, params object[] values)
    {
        using var statement = dialect.Take(connection, sql, values);
        return await statement.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Returns whether a query finds a row.</summary>
    public async ValueTask<bool> AnyAsync(string sql, params object[] values)
    {
        using var statement = dialect.Take(connection, sql, values);
        return await statement.ExecuteScalarAsync(cancellation).ConfigureAwait(false) is not null;
    }

    /// <summary>Returns the number that a query finds.</summary>
    public async ValueTask<long> NumberAsync(string sql, params object[] values)
    {
        using var statement = dialect.Take(connection, sql, values);
        return Convert.ToInt64(await statement.ExecuteScalarAsync(cancellation).ConfigureAwait(false), CultureInfo.InvariantCulture);
    }

    /// <summary>Returns the text that a query finds, or null.</summary>
    public async ValueTask<string?> TextAsync(string sql, params object[] values)
    {
        using var statement = dialect.Take(connection, sql, values);
        return await statement.ExecuteScalarAsync(cancellation).ConfigureAwait(false) as string;
    }

    /// <summary>Returns the rows that a query finds.</summary>
    public async ValueTask<IReadOnlyList<T>> SelectAsync<T>(string sql, Func<StoredRow, T> read, params object[] values)
    {
        using var statement = dialect.Take(connection, sql, values);
        await using var reader = await statement.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        List<T> rows = [];
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false)) rows.Add(read(new StoredRow(reader)));
        return rows;
    }

    /// <summary>Runs statements that have no values and do not run again.</summary>
    public async ValueTask ScriptAsync(string sql)
    {
        using var statement = new Statement(connection, sql, isKept: false);
        await statement.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    private async ValueTask<string> CountAsync(string clause)
    {
        var counted = await SelectAsync(
            $"SELECT name, used, {dialect.Transaction} FROM rooms WHERE name IN ({rooms}) ORDER BY name{clause}",
            static row => (Name: row.Text(0), Used: row.Number(1), Transaction: row.Text(2))).ConfigureAwait(false);
        foreach (var room in counted) used[room.Name] = room.Used;
        return counted[0].Transaction;
    }
}
