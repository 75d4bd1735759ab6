using System.Globalization;
using System.Text;
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
        var plan = new EntryIndexPlan(terms, question);
        // CROSS JOIN keeps the order of the tables: the planner has no figures and could begin with all entries.
        var sql = $"SELECT p.at, p.number, l.name, e.place, e.box FROM ({plan.Postings(question.Limit)}) AS p "
            + "CROSS JOIN entries AS e ON e.number = p.number CROSS JOIN logs AS l ON l.id = e.log "
            + $"ORDER BY p.at {order}, p.number {order}";
        return Read(connection, sql, plan.Values);
    }

    // The entries behind a number are few: they are read, and each token is looked up for them.
    private static List<FoundEntry> FindBehind(SqliteConnection connection, EntryIndexTerms terms, IndexQuestion question, long number)
    {
        List<object> values = [number, question.Since?.UtcTicks ?? 0, (question.Until?.UtcTicks ?? long.MaxValue) - 1];
        var sql = new StringBuilder("SELECT e.at, e.number, l.name, e.place, e.box FROM entries AS e CROSS JOIN logs AS l ON l.id = e.log "
            + "WHERE e.number > $0 AND e.at >= $1 AND e.at <= $2");
        foreach (var term in terms.All) EntryIndexPlan.AppendProbe(sql, values, "e", [term]);
        if (terms.Any.Count > 0) EntryIndexPlan.AppendProbe(sql, values, "e", terms.Any);
        values.Add(question.Limit);
        sql.Append(CultureInfo.InvariantCulture, $" ORDER BY e.number LIMIT ${values.Count - 1}");
        return Read(connection, sql.ToString(), values);
    }

    private static List<FoundEntry> Read(SqliteConnection connection, string sql, List<object> values)
    {
        using var command = StatementCache.Take(connection, sql, [.. values]);
        using var reader = command.ExecuteReader();
        List<FoundEntry> found = [];
        while (reader.Read())
        {
            found.Add(new FoundEntry(new EntryPlace(new DateTimeOffset(reader.GetInt64(0), TimeSpan.Zero), reader.GetInt64(1)), reader.GetString(2),
                reader.GetInt64(3), (byte[])reader[4]));
        }

        return found;
    }

    /// <summary>Returns the number of entries that a question finds.</summary>
    public static long Count(SqliteConnection connection, IndexQuestion question, CancellationToken cancellation) =>
        EntryIndexTerms.Of(connection, question) is { } terms ? Count(connection, terms, question, cancellation) : 0;

    /// <summary>Returns the labels of a facet with their counts.</summary>
    public static IReadOnlyList<FacetCount> CountByFacet(SqliteConnection connection, IndexQuestion question, int facet, int most,
        CancellationToken cancellation)
    {
        if (EntryIndexTerms.Of(connection, question) is not { } terms) return [];
        List<FacetCount> counts = [];
        foreach (var (term, label) in Facet(connection, facet, most))
        {
            if (Count(connection, terms.With(term), question, cancellation) is > 0 and var count) counts.Add(new FacetCount(label, count));
        }

        return [.. counts.OrderByDescending(count => count.Entries).Take(question.Limit)];
    }

    private static long Count(SqliteConnection connection, EntryIndexTerms terms, IndexQuestion question, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (terms is { All: [var only], Any.Count: 0 } && question is { Since: null, Until: null, After: null }) return only.Uses;
        var plan = new EntryIndexPlan(terms, question);
        using var command = StatementCache.Take(connection, plan.Count(), [.. plan.Values]);
        return (long)command.ExecuteScalar()!;
    }

    private static List<(IndexedTerm Term, byte[] Label)> Facet(SqliteConnection connection, int facet, int most)
    {
        using var statement = StatementCache.Take(connection,
            "SELECT id, uses, label FROM terms WHERE facet = $0 AND facet > 0 ORDER BY uses DESC LIMIT $1", [facet, most]);
        using var reader = statement.ExecuteReader();
        List<(IndexedTerm, byte[])> terms = [];
        while (reader.Read()) terms.Add((new IndexedTerm(reader.GetInt64(0), reader.GetInt64(1)), (byte[])reader[2]));
        return terms;
    }
}
