using System.Text.Json;

namespace Gatehouse.Audit.Search;

/// <summary>
/// Entries as CSV (RFC 4180). A cell that a spreadsheet would take for a formula begins with an apostrophe (CWE-1236): a caller chooses subject,
/// client and tool of a refused call.
/// </summary>
public static class EntryCsv
{
    private static readonly string[] Columns =
    [
        "at", "kind", "verdict", "id", "server", "method", "name", "uri", "iss", "sub", "client", "session", "code", "status", "up", "out", "notes",
        "bytesIn", "bytesOut", "us", "act", "checks", "parts", "attempts", "peer",
    ];

    /// <summary>The first line, without a line end.</summary>
    public static string Header => string.Join(',', Columns);

    /// <summary>Returns an entry as a line, without a line end.</summary>
    /// <param name="entry">The entry.</param>
    public static string Line(JsonElement entry) => Line(entry, Cell);

    /// <summary>Returns an entry as a line whose cells are made by another function.</summary>
    internal static string Line(JsonElement entry, Func<string, string> cell)
    {
        var verdict = new EntryFacts(entry).Verdict;
        return string.Join(',', Columns.Select(column =>
            cell(column == "verdict" ? verdict : entry.TryGetProperty(column, out var value) ? EntryText.Of(value) : "")));
    }

    /// <summary>Returns a text as a cell.</summary>
    /// <param name="text">The text.</param>
    public static string Cell(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Quoted(text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + text : text);
    }

    /// <summary>Returns a text in quotes, where it needs them. It may still be a formula.</summary>
    internal static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
