using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// The reads of the index of an audit log. <see cref="EntryIndexPlan"/> chooses how the postings of several tokens are put together.
/// </summary>
internal static class EntryIndexReader
{
    /// <summary>Returns the head; null for an index that was never begun.</summary>
    public static IndexHead? Head(SqliteConnection connection)
    {
        using var statement = StatementCache.Take(connection, "SELECT format, salt, key_check, log, place, digest, entries FROM head", []);
        using var reader = statement.ExecuteReader();
        return reader.Read()
            ? new IndexHead(reader.GetInt32(0), (byte[])reader[1], (byte[])reader[2])
            {
                Log = reader.IsDBNull(3) ? null : reader.GetString(3),
                Index = reader.GetInt64(4),
                LastDigest = (byte[])reader[5],
                Entries = reader.GetInt64(6),
            }
            : null;
    }

    /// <summary>Returns the entries that a question finds, in order.</summary>
    public static IReadOnlyList<FoundEntry> Find(SqliteConnection connection, IndexQuestion question)
    {
        if (EntryIndexTerms.Of(connection, question) is not { } terms) return [];
        if (question.Behind is { } number) return FindBehind(connection, terms, question, number);
        var order = question.OldestFirst ? "ASC" : "DESC";
        var statement = new IndexStatement().Append("SELECT p.at, p.number, l.name, e.place, e.box FROM (");
        new EntryIndexPlan(terms, question).AppendPostings(statement, question.Limit);
        // CROSS JOIN keeps the order of the tables: the planner has no figures and could begin with all entries.
        return Read(connection, statement.Append(") AS p CROSS JOIN entries AS e ON e.number = p.number CROSS JOIN logs AS l ON l.id = e.log "
            + $"ORDER BY p.at {order}, p.number {order}"));
    }

    // The entries behind a number are few: they are read, and each token is looked up for them.
    private static List<FoundEntry> FindBehind(SqliteConnection connection, EntryIndexTerms terms, IndexQuestion question, long number)
    {
        var statement = new IndexStatement()
            .Append("SELECT e.at, e.number, l.name, e.place, e.box FROM entries AS e CROSS JOIN logs AS l ON l.id = e.log WHERE e.number > ")
            .AppendValue(number).Append(" AND e.at >= ").AppendValue(question.Since?.UtcTicks ?? 0)
            .Append(" AND e.at <= ").AppendValue((question.Until?.UtcTicks ?? long.MaxValue) - 1);
        foreach (var term in terms.All) statement.AppendProbe("e", [term]);
        if (terms.Any.Count > 0) statement.AppendProbe("e", terms.Any);
        return Read(connection, statement.Append(" ORDER BY e.number LIMIT ").AppendValue(question.Limit));
    }

    private static List<FoundEntry> Read(SqliteConnection connection, IndexStatement statement)
    {
        using var command = StatementCache.Take(connection, statement.Sql, statement.Values);
        using var reader = command.ExecuteReader();
        List<FoundEntry> found = [];
        while (reader.Read())
        {
            found.Add(new FoundEntry(new EntryPlace(new DateTimeOffset(reader.GetInt64(0), TimeSpan.Zero), reader.GetInt64(1)), reader.GetString(2),
                reader.GetInt64(3), (byte[])reader[4]));
        }

        return found;
    }
}
