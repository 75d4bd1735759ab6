using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// The count of the commits of a store, in the store itself. Each commit that changes something counts in its own transaction, so that a copy of the
/// file has the count of its moment.
/// </summary>
internal static class CommitCount
{
    /// <summary>Returns the id of the store and its count, and gives the store an id where it has none.</summary>
    /// <exception cref="SqliteException">The store cannot be read or written.</exception>
    public static (string Store, long Number) Open(SqliteConnection connection)
    {
        StatementCache.Execute(connection, "INSERT OR IGNORE INTO commits VALUES (1, lower(hex(randomblob(16))), 0)");
        using var statement = StatementCache.Take(connection, "SELECT store, number FROM commits", []);
        using var row = statement.ExecuteReader();
        return row.Read() ? (row.GetString(0), row.GetInt64(1)) : throw NoRow();
    }

    /// <summary>Counts the commit of the transaction under way, and returns the count.</summary>
    /// <exception cref="SqliteException">The store cannot be written.</exception>
    public static long Next(SqliteConnection connection)
    {
        using var statement = StatementCache.Take(connection, "UPDATE commits SET number = number + 1 RETURNING number", []);
        return statement.ExecuteScalar() as long? ?? throw NoRow();
    }

    private static InvalidOperationException NoRow() => new("the table of commits has no row");
}
