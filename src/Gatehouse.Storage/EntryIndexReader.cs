using System.Globalization;
using System.Text;
using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// The reads of the index of an audit log. The token that fewest entries have is read, and the others are looked up for each of them.
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

    /// <summary>Returns the entries that have every token, in order.</summary>
    public static IReadOnlyList<FoundEntry> Find(SqliteConnection connection, IndexQuestion question)
    {
        if (Terms(connection, question.All) is not { } terms) return [];
        if (question.Behind is { } number) return FindBehind(connection, terms, question, number);
        var order = question.OldestFirst ? "ASC" : "DESC";
        var (where, values) = Where(terms, question);
        var limit = Add(values, question.Limit);
        // CROSS JOIN keeps the order of the tables: the planner has no figures and could begin with all entries.
        var sql = $"SELECT p.at, p.number, l.name, e.place, e.box FROM (SELECT at, number FROM postings AS p WHERE {where} "
            + $"ORDER BY at {order}, number {order} LIMIT {limit}) AS p "
            + "CROSS JOIN entries AS e ON e.number = p.number CROSS JOIN logs AS l ON l.id = e.log "
            + $"ORDER BY p.at {order}, p.number {order}";
        return Read(connection, sql, values);
    }

    // The entries behind a number are few: they are read, and each token is looked up for them.
    private static List<FoundEntry> FindBehind(SqliteConnection connection, List<(long Id, long Uses)> terms, IndexQuestion question, long number)
    {
        List<object> values = [number, question.Since?.UtcTicks ?? 0, (question.Until?.UtcTicks ?? long.MaxValue) - 1];
        var sql = new StringBuilder("SELECT e.at, e.number, l.name, e.place, e.box FROM entries AS e CROSS JOIN logs AS l ON l.id = e.log "
            + "WHERE e.number > $0 AND e.at >= $1 AND e.at <= $2");
        foreach (var (id, _) in terms)
        {
            sql.Append(" AND EXISTS (SELECT 1 FROM postings AS q WHERE q.term = ").Append(Add(values, id))
                .Append(" AND q.at = e.at AND q.number = e.number)");
        }

        sql.Append(" ORDER BY e.number LIMIT ").Append(Add(values, question.Limit));
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

    /// <summary>Returns the number of entries that have every token.</summary>
    public static long Count(SqliteConnection connection, IndexQuestion question, CancellationToken cancellation) =>
        Terms(connection, question.All) is { } terms ? Count(connection, terms, question, cancellation) : 0;

    /// <summary>Returns the labels of a facet with their counts.</summary>
    public static IReadOnlyList<FacetCount> CountByFacet(SqliteConnection connection, IndexQuestion question, int facet, int most,
        CancellationToken cancellation)
    {
        if (Terms(connection, question.All) is not { } terms) return [];
        List<FacetCount> counts = [];
        foreach (var (term, label) in Facet(connection, facet, most))
        {
            var both = WithoutUniversal(connection, [.. terms.Where(one => one.Id != term.Id), term]);
            if (Count(connection, both, question, cancellation) is > 0 and var count) counts.Add(new FacetCount(label, count));
        }

        return [.. counts.OrderByDescending(count => count.Entries).Take(question.Limit)];
    }

    private static long Count(SqliteConnection connection, List<(long Id, long Uses)> terms, IndexQuestion question,
        CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (terms.Count == 1 && question is { Since: null, Until: null, After: null }) return terms[0].Uses;
        var (where, values) = Where(terms, question);
        using var command = StatementCache.Take(connection, $"SELECT COUNT(*) FROM postings AS p WHERE {where}", [.. values]);
        return (long)command.ExecuteScalar()!;
    }

    private static List<((long Id, long Uses) Term, byte[] Label)> Facet(SqliteConnection connection, int facet, int most)
    {
        using var statement = StatementCache.Take(connection,
            "SELECT id, uses, label FROM terms WHERE facet = $0 AND facet > 0 ORDER BY uses DESC LIMIT $1", [facet, most]);
        using var reader = statement.ExecuteReader();
        List<((long, long), byte[])> terms = [];
        while (reader.Read()) terms.Add(((reader.GetInt64(0), reader.GetInt64(1)), (byte[])reader[2]));
        return terms;
    }

    // Null where no entry has one of the tokens. The rarest token comes first. One that every entry has need not be looked up.
    private static List<(long Id, long Uses)>? Terms(SqliteConnection connection, IReadOnlyList<IndexToken> tokens)
    {
        List<(long Id, long Uses)> terms = [];
        foreach (var token in tokens.Distinct())
        {
            using var statement = StatementCache.Take(connection, "SELECT id, uses FROM terms WHERE token = $0", [token.ToBytes()]);
            using var reader = statement.ExecuteReader();
            if (!reader.Read()) return null;
            terms.Add((reader.GetInt64(0), reader.GetInt64(1)));
        }

        return WithoutUniversal(connection, terms);
    }

    private static List<(long Id, long Uses)> WithoutUniversal(SqliteConnection connection, List<(long Id, long Uses)> terms)
    {
        using var statement = StatementCache.Take(connection, "SELECT entries FROM head", []);
        var all = statement.ExecuteScalar() as long? ?? 0;
        var some = terms.Where(term => term.Uses < all).OrderBy(term => term.Uses).ToList();
        return some.Count > 0 ? some : [terms[0]];
    }

    private static (string Where, List<object> Values) Where(List<(long Id, long Uses)> terms, IndexQuestion question)
    {
        var sql = new StringBuilder("p.term = $0");
        List<object> values = [terms[0].Id];
        // A page begins behind the last entry of the one before. The time is a bound of its own, so that the table is entered at the right place.
        var (earliest, latest) = (question.Since?.UtcTicks ?? 0, (question.Until?.UtcTicks ?? long.MaxValue) - 1);
        if (question.After is { } after)
        {
            sql.Append(question.OldestFirst ? " AND (p.at, p.number) > (" : " AND (p.at, p.number) < (")
                .Append(Add(values, after.At.UtcTicks)).Append(", ").Append(Add(values, after.Number)).Append(')');
            if (question.OldestFirst) earliest = Math.Max(earliest, after.At.UtcTicks);
            else latest = Math.Min(latest, after.At.UtcTicks);
        }

        sql.Append(" AND p.at >= ").Append(Add(values, earliest)).Append(" AND p.at <= ").Append(Add(values, latest));
        foreach (var (id, _) in terms.Skip(1))
        {
            sql.Append(" AND EXISTS (SELECT 1 FROM postings AS q WHERE q.term = ").Append(Add(values, id))
                .Append(" AND q.at = p.at AND q.number = p.number)");
        }

        return (sql.ToString(), values);
    }

    private static string Add(List<object> values, object value)
    {
        values.Add(value);
        return "$" + (values.Count - 1).ToString(CultureInfo.InvariantCulture);
    }
}
