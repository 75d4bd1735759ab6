using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Audit.Search;

/// <summary>
/// Entries as CSV (RFC 4180). A cell that a spreadsheet would take for a formula begins with an apostrophe (CWE-1236), and so does a part of a cell
/// behind <c>;</c>, <c>|</c>, a tab or a line end, at which a spreadsheet with another separator splits it: a caller chooses subject, client and tool
/// of a refused call.
/// </summary>
public static class EntryCsv
{
    private static readonly string[] Columns =
    [
        "at", "kind", Verdict, "id", "server", "method", "name", "uri", "iss", "sub", "client", "session", "code", "status", "up", "out", "notes",
        "bytesIn", "bytesOut", "us", "act", "checks", "parts", "attempts", "peer", Actor, "byIssuer", "outcome", "why", Purpose, Concerns, "filter", "hits",
        "scope",
    ];

    private const string Verdict = "verdict";
    private const string Actor = "actor";
    private const string Concerns = "concerns";
    private const string Purpose = "purpose";

    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",;|\t\"\r\n");
    private static readonly SearchValues<char> Separators = SearchValues.Create(";|\t\r\n");
    private static readonly SearchValues<char> Formulas = SearchValues.Create("=+-@\t\r");

    /// <summary>The first line, without a line end.</summary>
    public static string Header => string.Join(',', Columns);

    /// <summary>Returns an entry as a line, without a line end.</summary>
    /// <param name="entry">The entry.</param>
    public static string Line(JsonElement entry) => Line(entry, Cell);

    /// <summary>Returns an entry as a line whose cells are made by another function.</summary>
    internal static string Line(JsonElement entry, Func<string, string> cell)
    {
        var facts = new EntryFacts(entry);
        return string.Join(',', Columns.Select(column => cell(column switch
        {
            Verdict => facts.Verdict,
            Actor => facts.Actor ?? (facts.HasSealedActor ? EntryFacts.SealedActor : ""),
            "sub" when facts.Kind != "control" && facts.HasSealedActor => EntryFacts.SealedActor,
            Purpose => facts.StatedPurpose ?? "",
            Concerns => facts.Concerns ?? "",
            _ => entry.TryGetProperty(column, out var value) ? EntryText.Of(value) : "",
        })));
    }

    /// <summary>Returns a text as a cell.</summary>
    /// <param name="text">The text.</param>
    public static string Cell(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Quoted(WithoutFormulas(text));
    }

    /// <summary>Returns a text in quotes, where it needs them. It may still be a formula.</summary>
    internal static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(NeedQuotes) >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    // A spreadsheet whose separator is another one takes quotes within a line as text, and splits the cell there. So each part behind a separator, a
    // tab or a line end is a cell that could be a formula. A comma splits only where quotes are understood.
    private static string WithoutFormulas(string text)
    {
        var safe = new StringBuilder();
        var done = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            if ((at > 0 && !Separators.Contains(text[at - 1])) || !BeginsFormula(text.AsSpan(at))) continue;
            safe.Append(text, done, at - done).Append('\'');
            done = at;
        }

        return done == 0 && safe.Length == 0 ? text : safe.Append(text, done, text.Length - done).ToString();
    }

    // Spaces and quotes in front of a formula are dropped by some programs.
    private static bool BeginsFormula(ReadOnlySpan<char> part) =>
        part.TrimStart(" \"") is [var first, ..] && Formulas.Contains(first);
}
