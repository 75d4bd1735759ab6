using System.Globalization;
using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>The writes of the index of an audit log. Used on the writer's thread, except for <see cref="Forget"/>.</summary>
internal sealed class EntryIndexWriter
{
    // Numbers of tokens that are remembered, so that the common ones need no look-up. Beyond it all are forgotten.
    private const int LargestKnown = 200_000;

    private const int RowsOfAStatement = 64;
    private const string OnePosting = "INSERT INTO postings (term, at, number) VALUES ($1, $2, $3)";

    private static readonly string SeveralPostings = "INSERT INTO postings (term, at, number) VALUES " + string.Join(", ",
        Enumerable.Range(0, RowsOfAStatement).Select(row => string.Create(
            CultureInfo.InvariantCulture, $"(${(3 * row) + 1}, ${(3 * row) + 2}, ${(3 * row) + 3})")));

    private volatile Dictionary<IndexToken, long> known = [];

    /// <summary>Forgets the numbers of tokens: some may belong to a write that was undone.</summary>
    public void Forget() => known = [];

    /// <summary>Removes every row and begins with a head.</summary>
    public bool Begin(SqliteConnection connection, IndexHead head)
    {
        Forget();
        foreach (var table in (string[])["postings", "terms", "entries", "logs", "head"]) StatementCache.Execute(connection, $"DELETE FROM {table}");
        WriteHead(connection, head, 0, 0);
        return true;
    }

    /// <summary>Adds entries and moves the head.</summary>
    public bool Append(SqliteConnection connection, IReadOnlyList<IndexedEntry> rows, IndexHead head)
    {
        var (entries, newest) = Counts(connection);
        var logs = new Dictionary<string, long>(StringComparer.Ordinal);
        var uses = new Dictionary<long, long>();
        var postings = new List<(long Term, long At, long Number)>(rows.Count * 32);
        foreach (var row in rows)
        {
            newest++;
            Run(connection, "INSERT INTO entries (number, log, place, at, box) VALUES ($1, $2, $3, $4, $5)",
                newest, LogOf(connection, logs, row.Log), row.Index, row.At.UtcTicks, row.Box.ToArray());
            foreach (var term in row.Terms)
            {
                var id = NumberOf(connection, term);
                uses[id] = uses.GetValueOrDefault(id) + 1;
                postings.Add((id, row.At.UtcTicks, newest));
            }
        }

        postings.Sort(); // neighbours in the table are written one after the other
        Insert(connection, postings);
        foreach (var (id, count) in uses) Run(connection, "UPDATE terms SET uses = uses + $2 WHERE id = $1", id, count);
        WriteHead(connection, head, entries + rows.Count, newest);
        return true;
    }

    /// <summary>
    /// Removes the entries of other logs. Numbers of a log follow each other, because a log is read from its first entry to its last.
    /// </summary>
    public long KeepLogs(SqliteConnection connection, IReadOnlyCollection<string> logs)
    {
        var gone = Logs(connection).Where(log => !logs.Contains(log.Name)).ToList();
        if (gone.Count == 0) return 0;
        var removed = 0L;
        foreach (var (id, _) in gone)
        {
            using (var bounds = StatementCache.Take(connection, "SELECT MIN(number), MAX(number) FROM entries WHERE log = $1", [id]))
            using (var reader = bounds.ExecuteReader())
            {
                if (!reader.Read() || reader.IsDBNull(0)) continue;
                Run(connection, "DELETE FROM postings WHERE number BETWEEN $1 AND $2", reader.GetInt64(0), reader.GetInt64(1));
            }

            removed += Run(connection, "DELETE FROM entries WHERE log = $1", id);
            Run(connection, "DELETE FROM logs WHERE id = $1", id);
        }

        Forget();
        StatementCache.Execute(connection, "UPDATE terms SET uses = (SELECT COUNT(*) FROM postings WHERE term = id)");
        StatementCache.Execute(connection, "DELETE FROM terms WHERE uses = 0");
        Run(connection, "UPDATE head SET entries = entries - $1", removed);
        return removed;
    }

    // Several rows a statement: most of the time of a short one is its beginning and its end.
    private static void Insert(SqliteConnection connection, List<(long Term, long At, long Number)> postings)
    {
        var values = new object[3 * RowsOfAStatement];
        var at = 0;
        for (; at + RowsOfAStatement <= postings.Count; at += RowsOfAStatement)
        {
            for (var row = 0; row < RowsOfAStatement; row++)
                (values[3 * row], values[(3 * row) + 1], values[(3 * row) + 2]) = postings[at + row];
            Run(connection, SeveralPostings, values);
        }

        for (; at < postings.Count; at++) Run(connection, OnePosting, postings[at].Term, postings[at].At, postings[at].Number);
    }

    private static int Run(SqliteConnection connection, string sql, params ReadOnlySpan<object> values)
    {
        using var statement = StatementCache.Take(connection, sql, values);
        return statement.ExecuteNonQuery();
    }

    private static (long Entries, long Newest) Counts(SqliteConnection connection)
    {
        using var statement = StatementCache.Take(connection, "SELECT entries, newest FROM head", []);
        using var reader = statement.ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), reader.GetInt64(1)) : throw new DamagedIndexException("the index was never begun");
    }

    private static void WriteHead(SqliteConnection connection, IndexHead head, long entries, long newest) => Run(connection,
        "INSERT OR REPLACE INTO head (one, format, salt, key_check, log, place, digest, entries, newest) VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8)",
        head.Format, head.Salt.ToArray(), head.Check.ToArray(), head.Log ?? (object)DBNull.Value, head.Index, head.LastDigest.ToArray(), entries,
        newest);

    private static List<(long Id, string Name)> Logs(SqliteConnection connection)
    {
        using var statement = StatementCache.Take(connection, "SELECT id, name FROM logs", []);
        using var reader = statement.ExecuteReader();
        List<(long, string)> logs = [];
        while (reader.Read()) logs.Add((reader.GetInt64(0), reader.GetString(1)));
        return logs;
    }

    private static long LogOf(SqliteConnection connection, Dictionary<string, long> logs, string name)
    {
        if (logs.TryGetValue(name, out var id)) return id;
        Run(connection, "INSERT OR IGNORE INTO logs (name) VALUES ($1)", name);
        using var statement = StatementCache.Take(connection, "SELECT id FROM logs WHERE name = $1", [name]);
        return logs[name] = (long)statement.ExecuteScalar()!;
    }

    private long NumberOf(SqliteConnection connection, in IndexTerm term)
    {
        if (known.TryGetValue(term.Token, out var id)) return id;
        var token = term.Token.ToBytes();
        using (var statement = StatementCache.Take(connection, "SELECT id FROM terms WHERE token = $1", [token]))
        {
            if (statement.ExecuteScalar() is long found) id = found;
        }

        if (id == 0)
        {
            using var insert = StatementCache.Take(connection,
                "INSERT INTO terms (token, facet, label, uses) VALUES ($1, $2, $3, 0) RETURNING id", [token, term.Facet, term.Label.ToArray()]);
            id = (long)insert.ExecuteScalar()!;
        }

        if (known.Count >= LargestKnown) Forget();
        known[term.Token] = id;
        return id;
    }
}
