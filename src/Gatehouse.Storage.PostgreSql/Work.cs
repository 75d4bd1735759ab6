using System.Globalization;
using Npgsql;

namespace Gatehouse.Storage.PostgreSql;

/// <summary>Statements of one call on its connection. A statement that runs again is prepared by the connection and stays so.</summary>
/// <param name="connection">The connection, in a transaction where the call writes.</param>
/// <param name="rooms">The names of the rooms that the call locks, as SQL; empty for a read.</param>
/// <param name="cancellation">Ends the statements; none for a write, which is finished once it has begun.</param>
internal sealed class Work(NpgsqlConnection connection, string rooms, CancellationToken cancellation)
{
    private readonly Dictionary<string, long> used = new(StringComparer.Ordinal);

    /// <summary>The transaction's identifier in the server, by which its end can be asked for.</summary>
    public string Transaction { get; private set; } = "";

    /// <summary>
    /// Locks the rooms of the call until the transaction ends. Every write begins with it, in the order of names: two calls on the same tables run
    /// one after the other, whichever gateway they come from, and neither waits for a later lock of the other.
    /// </summary>
    public async ValueTask LockAsync()
    {
        Transaction = await CountAsync(" FOR UPDATE").ConfigureAwait(false);
    }

    /// <summary>Has the rooms read again, after rows were deleted.</summary>
    public async ValueTask CountAgainAsync() => await CountAsync("").ConfigureAwait(false);

    /// <summary>The rows of a room, which triggers of the tables keep.</summary>
    public long Used(string room) => used[room];

    /// <summary>Runs a statement. Returns the number of rows that it changed.</summary>
    public async ValueTask<int> RunAsync(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Returns whether a query finds a row.</summary>
    public async ValueTask<bool> AnyAsync(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false) is not null;
    }

    /// <summary>Returns the number that a query finds.</summary>
    public async ValueTask<long> NumberAsync(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false), CultureInfo.InvariantCulture);
    }

    /// <summary>Returns the text that a query finds, or null.</summary>
    public async ValueTask<string?> TextAsync(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false) as string;
    }

    /// <summary>Returns the rows that a query finds. The parameters are named $1, $2 and so on.</summary>
    public async ValueTask<IReadOnlyList<T>> SelectAsync<T>(string sql, Func<StoredRow, T> read, params object[] values)
    {
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        List<T> rows = [];
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false)) rows.Add(read(new StoredRow(reader)));
        return rows;
    }

    private async ValueTask<string> CountAsync(string clause)
    {
        var counted = await SelectAsync(
            $"SELECT name, used, pg_current_xact_id()::text FROM rooms WHERE name IN ({rooms}) ORDER BY name{clause}",
            static row => (Name: row.Text(0), Used: row.Number(1), Transaction: row.Text(2))).ConfigureAwait(false);
        foreach (var room in counted) used[room.Name] = room.Used;
        return counted[0].Transaction;
    }

    private NpgsqlCommand Command(string sql, object[] values)
    {
#pragma warning disable CA2100 // Constants of this assembly; values are parameters.
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
