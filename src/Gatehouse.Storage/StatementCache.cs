using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>The prepared statements of a connection, by their text. Each is closed with its connection.</summary>
internal sealed class StatementCache
{
    // Far more than the tables have. A text beyond it is compiled at each use.
    private const int MostKept = 256;

    private static readonly ConditionalWeakTable<SqliteConnection, StatementCache> Caches = [];

    private readonly Dictionary<string, Statement> kept = new(StringComparer.Ordinal);

    /// <summary>Takes a statement of a connection.</summary>
    /// <param name="connection">The connection; it is used by one thread at a time.</param>
    /// <param name="sql">The text, a constant of the tables.</param>
    /// <param name="values">The values of $1, $2 and so on.</param>
    public static Statement Take(SqliteConnection connection, string sql, ReadOnlySpan<object> values)
    {
        var cache = Caches.GetValue(connection, static _ => new StatementCache());
        if (cache.kept.TryGetValue(sql, out var known))
            return known.IsTaken ? new Statement(connection, sql, isKept: false).Take(values) : known.Take(values);
        var statement = new Statement(connection, sql, isKept: cache.kept.Count < MostKept);
        if (cache.kept.Count < MostKept) cache.kept.Add(sql, statement);
        return statement.Take(values);
    }

    /// <summary>Runs a statement without values.</summary>
    public static void Execute(SqliteConnection connection, string sql)
    {
        using var statement = Take(connection, sql, []);
        statement.ExecuteNonQuery();
    }
}
