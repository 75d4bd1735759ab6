using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>A token as the index has it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Uses">The number of entries that have it.</param>
internal readonly record struct IndexedTerm(long Id, long Uses);

/// <summary>
/// The tokens of a question that have to be looked at, those that fewest entries have first. A token that every entry has is left out where another
/// one is there.
/// </summary>
internal sealed class EntryIndexTerms
{
    private readonly long entries;

    private EntryIndexTerms(IEnumerable<IndexedTerm> all, IReadOnlyList<IndexedTerm> any, long entries)
    {
        this.entries = entries;
        Any = any;
        var terms = all.Distinct().OrderBy(term => term.Uses).ToList();
        var some = terms.Where(term => term.Uses < entries).ToList();
        All = some.Count > 0 || any.Count > 0 ? some : [terms[0]];
    }

    /// <summary>The tokens that an entry must have. One or more, or none where <see cref="Any"/> has some.</summary>
    public IReadOnlyList<IndexedTerm> All { get; }

    /// <summary>Tokens of which an entry must have one, two or more; none for no such condition.</summary>
    public IReadOnlyList<IndexedTerm> Any { get; }

    /// <summary>True where every entry of the index has the tokens.</summary>
    public bool AreOfEveryEntry => Any.Count == 0 && All is [var only] && only.Uses >= entries;

    /// <summary>Returns the tokens of a question; null where no entry can have them.</summary>
    public static EntryIndexTerms? Of(SqliteConnection connection, IndexQuestion question)
    {
        var all = Known(connection, question.All);
        if (all.Count < question.All.Distinct().Count()) return null;
        using var statement = StatementCache.Take(connection, "SELECT entries FROM head", []);
        var entries = statement.ExecuteScalar() as long? ?? 0;
        if (question.Any is null) return new EntryIndexTerms(all, [], entries);
        // A token that no entry has adds nothing. One of which an entry must have one is a token that it must have.
        var any = Known(connection, question.Any);
        if (any.Count == 0) return null;
        return any.Count == 1 ? new EntryIndexTerms(all.Append(any[0]), [], entries)
            : new EntryIndexTerms(all, any.Any(term => term.Uses >= entries) ? [] : any, entries);
    }

    /// <summary>Returns these tokens and another that an entry must have.</summary>
    public EntryIndexTerms With(IndexedTerm term) => new(All.Append(term), Any, entries);

    private static List<IndexedTerm> Known(SqliteConnection connection, IReadOnlyList<IndexToken> tokens)
    {
        List<IndexedTerm> terms = [];
        foreach (var token in tokens.Distinct())
        {
            using var statement = StatementCache.Take(connection, "SELECT id, uses FROM terms WHERE token = $1", [token.ToBytes()]);
            using var reader = statement.ExecuteReader();
            if (reader.Read()) terms.Add(new IndexedTerm(reader.GetInt64(0), reader.GetInt64(1)));
        }

        return terms;
    }
}
