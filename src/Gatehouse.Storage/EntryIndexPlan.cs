using System.Globalization;
using System.Text;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>
/// The statement that puts the postings of several tokens together. Postings of a token are in the order (time, number), so SQLite merges those of
/// several tokens row by row, and stops at the end of a page.
/// </summary>
/// <remarks>
/// <para>A row that is merged costs about a fifth of one that is looked up. So the postings that are read first are merged with those of tokens that
/// have at most <see cref="MergedRatio"/> times as many, and tokens that are more common are looked up for each row.</para>
/// <para>SQLite applies the parts of a compound SELECT from left to right (sqlite.org/lang_select.html, "Compound Select Statements"): the postings of which an
/// entry needs one come first, joined by UNION, then INTERSECT with the others.</para>
/// </remarks>
internal sealed class EntryIndexPlan
{
    private const int MergedRatio = 3;
    private const int CostOfProbe = 5;

    private readonly List<IReadOnlyList<IndexedTerm>> probed = [];
    private readonly List<IndexedTerm> merged = [];
    private readonly IReadOnlyList<IndexedTerm> first;
    private readonly IndexQuestion question;
    private readonly List<object> values = [];
    private readonly string bounds;

    public EntryIndexPlan(EntryIndexTerms terms, IndexQuestion question)
    {
        this.question = question;
        var anyUses = terms.Any.Sum(term => term.Uses);
        var isAnyFirst = terms.Any.Count > 0
            && (terms.All.Count == 0 || anyUses <= CostOfProbe * terms.Any.Count * terms.All[0].Uses);
        first = isAnyFirst ? terms.Any : [terms.All[0]];
        if (terms.Any.Count > 0 && !isAnyFirst) probed.Add(terms.Any);
        var rows = first.Sum(term => term.Uses);
        foreach (var term in terms.All.Skip(isAnyFirst ? 0 : 1))
        {
            if (term.Uses <= MergedRatio * rows) merged.Add(term);
            else probed.Add([term]);
        }

        bounds = Bounds();
    }

    /// <summary>The values of the parameters, $0 and so on.</summary>
    public List<object> Values => values;

    /// <summary>Returns the statement of the postings, as columns <c>at</c> and <c>number</c>, in the order of the question. Called once.</summary>
    /// <param name="limit">The most rows.</param>
    public string Postings(long limit)
    {
        var sql = new StringBuilder();
        for (var at = 0; at < first.Count; at++) AppendPart(sql, at == 0 ? "" : " UNION ", first[at], isProbed: true);
        foreach (var term in merged) AppendPart(sql, " INTERSECT ", term, isProbed: false);
        var order = question.OldestFirst ? "ASC" : "DESC";
        // An order without a limit is left out of a count, and a compound without an order is put into tables.
        return sql.Append($" ORDER BY at {order}, number {order} LIMIT ").Append(Add(limit)).ToString();
    }

    /// <summary>Returns the statement of the number of postings. Called once, and not with the other.</summary>
    public string Count()
    {
        if (first.Count > 1 || merged.Count > 0) return $"SELECT COUNT(*) FROM ({Postings(long.MaxValue)})";
        var sql = new StringBuilder("SELECT COUNT(*) FROM postings AS p WHERE ");
        AppendConditions(sql, first[0], isProbed: true);
        return sql.ToString();
    }

    /// <summary>Appends the condition that the entry of a row has one of some tokens.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="values">Its values.</param>
    /// <param name="row">The name of the table, which has <c>at</c> and <c>number</c>.</param>
    /// <param name="terms">The tokens, one or more.</param>
    public static void AppendProbe(StringBuilder sql, List<object> values, string row, IReadOnlyList<IndexedTerm> terms)
    {
        // One subquery for each: with a list SQLite makes a table of the list for each row.
        for (var at = 0; at < terms.Count; at++)
        {
            values.Add(terms[at].Id);
            sql.Append(at == 0 ? " AND (" : " OR ").Append(CultureInfo.InvariantCulture,
                $"EXISTS (SELECT 1 FROM postings AS q WHERE q.term = ${values.Count - 1} AND q.at = {row}.at AND q.number = {row}.number)");
        }

        sql.Append(')');
    }

    private void AppendPart(StringBuilder sql, string join, IndexedTerm term, bool isProbed)
    {
        sql.Append(join).Append("SELECT p.at AS at, p.number AS number FROM postings AS p WHERE ");
        AppendConditions(sql, term, isProbed);
    }

    private void AppendConditions(StringBuilder sql, IndexedTerm term, bool isProbed)
    {
        sql.Append("p.term = ").Append(Add(term.Id)).Append(bounds);
        if (!isProbed) return;
        foreach (var terms in probed) AppendProbe(sql, values, "p", terms);
    }

    // A page begins behind the last entry of the one before. The time is a bound of its own, so that the table is entered at the right place.
    private string Bounds()
    {
        var sql = new StringBuilder();
        var (earliest, latest) = (question.Since?.UtcTicks ?? 0, (question.Until?.UtcTicks ?? long.MaxValue) - 1);
        if (question.After is { } after)
        {
            sql.Append(question.OldestFirst ? " AND (p.at, p.number) > (" : " AND (p.at, p.number) < (")
                .Append(Add(after.At.UtcTicks)).Append(", ").Append(Add(after.Number)).Append(')');
            if (question.OldestFirst) earliest = Math.Max(earliest, after.At.UtcTicks);
            else latest = Math.Min(latest, after.At.UtcTicks);
        }

        return sql.Append(" AND p.at >= ").Append(Add(earliest)).Append(" AND p.at <= ").Append(Add(latest)).ToString();
    }

    private string Add(object value)
    {
        values.Add(value);
        return "$" + (values.Count - 1).ToString(CultureInfo.InvariantCulture);
    }
}
