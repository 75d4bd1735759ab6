using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>The mapping of a type to its table: the columns in order, and both ways between row and columns.</summary>
/// <param name="table">The table.</param>
/// <param name="keys">The number of columns of the primary key; they come first.</param>
/// <param name="columns">The columns.</param>
/// <param name="read">Makes a row of the columns.</param>
/// <param name="write">The values of the columns, in order.</param>
internal sealed class RowMap<T>(string table, int keys, string[] columns, Func<StoredRow, T> read, Func<T, object[]> write)
{
    private readonly string insert =
        $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select((_, at) => $"${at}"))}) ";
    private readonly string select = $"SELECT {string.Join(", ", columns)} FROM {table} ";
    private readonly string exists =
        $"SELECT 1 FROM {table} WHERE {string.Join(" AND ", columns.Take(keys).Select((column, at) => $"{column} = ${at}"))}";

    public string Table => table;

    /// <summary>Returns the rows that a clause finds; its parameters are named $0, $1 and so on.</summary>
    public IReadOnlyList<T> Select(SqliteConnection connection, string clause, params ReadOnlySpan<object> parameters)
    {
        using var command = StoreTable.Command(connection, select + clause, parameters);
        using var reader = command.ExecuteReader();
        List<T> rows = [];
        while (reader.Read()) rows.Add(read(new StoredRow(reader)));
        return rows;
    }

    /// <summary>Returns whether a row with the key of this one is there; part of a write.</summary>
    public bool Exists(SqliteConnection connection, T row)
    {
        using var command = StoreTable.Command(connection, exists, write(row).AsSpan(0, keys));
        return command.ExecuteScalar() is not null;
    }

    /// <summary>Adds a row; part of a write. Further parameters of the clause come after those of the columns.</summary>
    /// <param name="connection">The writer's connection.</param>
    /// <param name="onConflict">The treatment of a row with the same key.</param>
    /// <param name="row">The row.</param>
    /// <param name="further">Further parameters.</param>
    /// <returns>False when nothing was changed.</returns>
    public bool Insert(SqliteConnection connection, string onConflict, T row, params ReadOnlySpan<object> further)
    {
        using var command = StoreTable.Command(connection, insert + onConflict, [.. write(row), .. further]);
        return command.ExecuteNonQuery() == 1;
    }
}
