using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>
/// How the postings of several tokens are put together. Postings of a token are in the order (time, number), so SQLite merges those of several
/// tokens row by row, and stops at the end of a page.
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

    public EntryIndexPlan(EntryIndexTerms terms, IndexQuestion question)
    {
        this.question = question;
        var anyUses = terms.Any.Sum(term => term.Uses);
        var isAnyFirst = terms.Any.Count > 0
            && (terms.All.Count == 0 || anyUses <= CostOfProbe * terms.Any.Count * terms.All[0].Uses);
        first = isAnyFirst ? terms.Any : [terms.All[0]];
        if (terms.Any.Count > 0 && !isAnyFirst) probed.Add(terms.Any);
        Rows = first.Sum(term => term.Uses);
        foreach (var term in terms.All.Skip(isAnyFirst ? 0 : 1))
        {
            if (term.Uses <= MergedRatio * Rows) merged.Add(term);
            else probed.Add([term]);
        }
    }

    /// <summary>The postings that are read first: no question finds more entries.</summary>
    public long Rows { get; }

    /// <summary>Appends the statement of the postings, as columns <c>at</c> and <c>number</c>, in the order of the question.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="limit">The most rows.</param>
    public void AppendPostings(IndexStatement statement, long limit)
    {
        for (var at = 0; at < first.Count; at++) AppendPart(statement, at == 0 ? "" : " UNION ", first[at], isProbed: true);
        foreach (var term in merged) AppendPart(statement, " INTERSECT ", term, isProbed: false);
        var order = question.OldestFirst ? "ASC" : "DESC";
        // An order without a limit is left out of a count, and a compound without an order is put into tables.
        statement.Append($" ORDER BY at {order}, number {order} LIMIT ").AppendValue(limit);
    }

    /// <summary>Returns the statement of the number of postings.</summary>
    public IndexStatement Count()
    {
        var statement = new IndexStatement();
        if (first.Count > 1 || merged.Count > 0)
        {
            AppendPostings(statement.Append("SELECT COUNT(*) FROM ("), long.MaxValue);
            return statement.Append(")");
        }

        AppendConditions(statement.Append("SELECT COUNT(*) FROM postings AS p WHERE "), first[0], isProbed: true);
        return statement;
    }

    /// <summary>Appends the bounds of a question: time, and the place behind which its page begins.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="question">The question.</param>
    public static void AppendBounds(IndexStatement statement, IndexQuestion question)
    {
        var (earliest, latest) = (question.Since?.UtcTicks ?? 0, (question.Until?.UtcTicks ?? long.MaxValue) - 1);
        if (question.After is { } after)
        {
            statement.Append(question.OldestFirst ? " AND (p.at, p.number) > (" : " AND (p.at, p.number) < (")
                .AppendValue(after.At.UtcTicks).Append(", ").AppendValue(after.Number).Append(")");
            // The time is a bound of its own, so that the table is entered at the right place.
            if (question.OldestFirst) earliest = Math.Max(earliest, after.At.UtcTicks);
            else latest = Math.Min(latest, after.At.UtcTicks);
        }

        statement.Append(" AND p.at >= ").AppendValue(earliest).Append(" AND p.at <= ").AppendValue(latest);
    }

    private void AppendPart(IndexStatement statement, string join, IndexedTerm term, bool isProbed)
    {
        statement.Append(join).Append("SELECT p.at AS at, p.number AS number FROM postings AS p WHERE ");
        AppendConditions(statement, term, isProbed);
    }

    private void AppendConditions(IndexStatement statement, IndexedTerm term, bool isProbed)
    {
        statement.Append("p.term = ").AppendValue(term.Id);
        AppendBounds(statement, question);
        if (!isProbed) return;
        foreach (var terms in probed) statement.AppendProbe("p", terms);
    }
}
