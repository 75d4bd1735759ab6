using System.Globalization;
using System.Numerics;
using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// Counts of the entries that a question finds, in all and by label. Each label is a token of its own. Where few entries are found, each label asks
/// the question with its token. Where many are, the question is asked once, and the postings of each label are compared with what it found.
/// </summary>
internal static class EntryIndexCounts
{
    /// <summary>
    /// The most entries of an index for which a set of found entries is made, one bit for each: 64 MiB. An index with more, or with numbers that no
    /// writer gives, is counted label by label.
    /// </summary>
    public const long LargestSet = 1L << 29;

    // What a posting that is read here costs, in postings that SQLite merges.
    private const int CostOfReading = 2;

    private const int PostingsBetweenCancellationChecks = 4096;

    /// <summary>Returns the number of entries that a question finds.</summary>
    public static long Of(SqliteConnection connection, IndexQuestion question, CancellationToken cancellation) =>
        EntryIndexTerms.Of(connection, question) is { } terms ? Count(connection, terms, question, cancellation) : 0;

    /// <summary>Returns the number of entries that a question finds, and the labels of facets with their counts, most first.</summary>
    /// <param name="connection">The connection, in a transaction: all statements see one commit.</param>
    /// <param name="question">The question.</param>
    /// <param name="facets">The facets.</param>
    /// <param name="most">The most labels of a facet that are looked at, those that most entries have.</param>
    /// <param name="largestSet">The most entries of an index for which a set is made; <see cref="LargestSet"/>, or less in a test.</param>
    /// <param name="cancellation">Ends the count.</param>
    /// <exception cref="DamagedIndexException">A posting names an entry that is not in the index.</exception>
    public static IndexCounts ByFacet(SqliteConnection connection, IndexQuestion question, IReadOnlyList<int> facets, int most, long largestSet,
        CancellationToken cancellation)
    {
        var counts = facets.Distinct().ToDictionary(facet => facet, _ => (IReadOnlyList<FacetCount>)[]);
        if (EntryIndexTerms.Of(connection, question) is not { } terms) return new IndexCounts(0, counts);
        var labels = counts.Keys.ToDictionary(facet => facet, facet => Labels(connection, facet, most));
        var (total, countOf) = Counter(connection, terms, question, [.. labels.Values.SelectMany(one => one)], largestSet, cancellation);
        foreach (var (facet, some) in labels)
        {
            counts[facet] = [.. some.Select(label => new FacetCount(label.Bytes, countOf(label.Term)))
                .Where(one => one.Entries > 0).OrderByDescending(one => one.Entries).Take(question.Limit)];
        }

        return new IndexCounts(total, counts);
    }

    // The total, and the function that counts the entries with a label.
    private static (long Total, Func<IndexedTerm, long> CountOf) Counter(SqliteConnection connection, EntryIndexTerms terms, IndexQuestion question,
        IReadOnlyList<FacetLabel> labels, long largestSet, CancellationToken cancellation)
    {
        if (terms.AreOfEveryEntry && IsAtAnyTime(question)) return (terms.All[0].Uses, term => term.Uses);
        var rows = new EntryIndexPlan(terms, question).Rows;
        var isSetCheaper = (double)rows * labels.Count > CostOfReading * ((double)rows + labels.Sum(label => label.Term.Uses));
        if (!isSetCheaper || Newest(connection) is var newest && (newest < 0 || newest >= largestSet))
            return (Count(connection, terms, question, cancellation), OneByOne);
        var found = Found(connection, terms, question, newest, cancellation);
        return (found.Sum(part => (long)BitOperations.PopCount(part)), term => Common(connection, term, question, found, cancellation));

        long OneByOne(IndexedTerm term) => Count(connection, terms.With(term), question, cancellation);
    }

    private static long Count(SqliteConnection connection, EntryIndexTerms terms, IndexQuestion question, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (terms is { All: [var only], Any.Count: 0 } && IsAtAnyTime(question)) return only.Uses; // the index has counted them
        var statement = new EntryIndexPlan(terms, question).Count();
        using var command = StatementCache.Take(connection, statement.Sql, statement.Values);
        return (long)command.ExecuteScalar()!;
    }

    private static bool IsAtAnyTime(IndexQuestion question) => question is { Since: null, Until: null, After: null };

    private static ulong[] Found(
        SqliteConnection connection, EntryIndexTerms terms, IndexQuestion question, long newest, CancellationToken cancellation)
    {
        var set = new ulong[(newest / 64) + 1];
        var statement = new IndexStatement().Append("SELECT number FROM (");
        new EntryIndexPlan(terms, question).AppendPostings(statement, long.MaxValue);
        foreach (var number in Numbers(connection, statement.Append(")"), cancellation))
        {
            if (number < 0 || number > newest) throw new DamagedIndexException("a posting names an entry that is not in the index");
            set[number / 64] |= 1UL << (int)(number % 64);
        }

        return set;
    }

    private static long Common(SqliteConnection connection, IndexedTerm term, IndexQuestion question, ulong[] found, CancellationToken cancellation)
    {
        var statement = new IndexStatement().Append("SELECT p.number FROM postings AS p WHERE p.term = ").AppendValue(term.Id);
        EntryIndexPlan.AppendBounds(statement, question);
        var count = 0L;
        foreach (var number in Numbers(connection, statement, cancellation))
        {
            if (number >= 0 && number / 64 < found.Length && (found[number / 64] & (1UL << (int)(number % 64))) != 0) count++;
        }

        return count;
    }

    private static IEnumerable<long> Numbers(SqliteConnection connection, IndexStatement statement, CancellationToken cancellation)
    {
        using var command = StatementCache.Take(connection, statement.Sql, statement.Values);
        using var reader = command.ExecuteReader();
        for (var read = 0; reader.Read(); read++)
        {
            if (read % PostingsBetweenCancellationChecks == 0) cancellation.ThrowIfCancellationRequested();
            yield return reader.GetInt64(0);
        }
    }

    private static long Newest(SqliteConnection connection)
    {
        using var statement = StatementCache.Take(connection, "SELECT newest FROM head", []);
        return Convert.ToInt64(statement.ExecuteScalar() ?? 0L, CultureInfo.InvariantCulture);
    }

    private static List<FacetLabel> Labels(SqliteConnection connection, int facet, int most)
    {
        using var statement = StatementCache.Take(connection,
            "SELECT id, uses, label FROM terms WHERE facet = $1 AND facet > 0 ORDER BY uses DESC LIMIT $2", [facet, most]);
        using var reader = statement.ExecuteReader();
        List<FacetLabel> labels = [];
        while (reader.Read()) labels.Add(new FacetLabel(new IndexedTerm(reader.GetInt64(0), reader.GetInt64(1)), (byte[])reader[2]));
        return labels;
    }

    private readonly record struct FacetLabel(IndexedTerm Term, byte[] Bytes);
}
