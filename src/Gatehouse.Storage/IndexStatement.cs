using System.Globalization;
using System.Text;

namespace Gatehouse.Storage;

/// <summary>A statement over the index while it is written: its text and its values, which the text names <c>$1</c>, <c>$2</c> and so on.</summary>
internal sealed class IndexStatement
{
    private readonly StringBuilder text = new();
    private readonly List<object> values = [];

    /// <summary>The text so far.</summary>
    public string Sql => text.ToString();

    /// <summary>The values so far, in the order of their names.</summary>
    public object[] Values => [.. values];

    /// <summary>Appends text.</summary>
    public IndexStatement Append(string sql)
    {
        text.Append(sql);
        return this;
    }

    /// <summary>Appends the name of a new value.</summary>
    public IndexStatement AppendValue(object value)
    {
        values.Add(value);
        text.Append(CultureInfo.InvariantCulture, $"${values.Count}");
        return this;
    }

    /// <summary>Appends the condition that the entry of a row has one of some tokens.</summary>
    /// <param name="row">The name of the table, which has <c>at</c> and <c>number</c>.</param>
    /// <param name="terms">The tokens, one or more.</param>
    public IndexStatement AppendProbe(string row, IReadOnlyList<IndexedTerm> terms)
    {
        // One subquery for each: with a list SQLite makes a table of the list for each row.
        for (var at = 0; at < terms.Count; at++)
        {
            Append(at == 0 ? " AND (" : " OR ").Append("EXISTS (SELECT 1 FROM postings AS q WHERE q.term = ").AppendValue(terms[at].Id)
                .Append($" AND q.at = {row}.at AND q.number = {row}.number)");
        }

        return Append(")");
    }
}
