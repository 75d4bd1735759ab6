using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.Text;

/// <summary>
/// Outside text as a person is shown it (design rule 9): nothing of it is unseen, nothing of it acts on the terminal, and two different texts
/// never look the same. One notation in all media: <c>\u{200B}</c>, a line feed as <c>\n</c>, a backslash doubled.
/// </summary>
/// <remarks>
/// Text is escaped once, where a message is made of it. <see cref="Escape"/> takes text from outside; <see cref="Guard"/> takes a line that was put
/// together elsewhere, in which outside text was escaped before, and lets such escapes be.
/// </remarks>
public static partial class VisibleText
{
    // Marks on one character that are shown; more of them paint over the lines above and below. Scripts need no more than five.
    private const int MostMarks = 8;
    private const int LongestEscape = 9; // \u{10FFFF}, without its first character

    /// <summary>For a part of one line: a terminal, a log line, a question.</summary>
    public static string Escape(string text) => Write(text, Backslash.Doubled, Line.Escaped);

    /// <summary>
    /// As <see cref="Escape"/>, and letters of other scripts are escaped too where they make a word look like another one
    /// (<see cref="LookAlikeLetters"/>). For a text by which a person decides.
    /// </summary>
    public static string EscapeLookAlikes(string text)
    {
        var visible = new StringBuilder();
        var from = 0;
        foreach (var at in LookAlikeLetters.PlacesIn(text))
        {
            visible.Append(Escape(text[from..at])).Append(EscapeOf(text[at]));
            from = at + 1;
        }

        return from == 0 ? Escape(text) : visible.Append(Escape(text[from..])).ToString();
    }

    /// <summary>As <see cref="Escape"/>, cut after a number of characters with the count of what is left out.</summary>
    public static string Bounded(string text, int most) => Cut(Escape(text), most);

    /// <summary>
    /// Writes runs of more than eight spaces of an escaped text as their number: <c>\u{20}{4213}</c>. Spaces move what follows out of sight. The
    /// text has nothing that looks the same, because its backslashes are doubled.
    /// </summary>
    public static string CountSpaces(string escaped) =>
        Spaces().Replace(escaped, static run => string.Create(CultureInfo.InvariantCulture, $"\\u{{20}}{{{run.Length}}}"));

    /// <summary>
    /// Returns an escaped text in quotation marks. Its own quotation marks are escaped, and its backslashes are doubled already: the end of the text
    /// cannot be imitated.
    /// </summary>
    /// <param name="escaped">The text as <see cref="Escape"/> returns it.</param>
    public static string InQuotes(string escaped)
    {
        ArgumentNullException.ThrowIfNull(escaped);
        return $"\"{escaped.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>
    /// For a sentence of ours: as <see cref="Escape"/>, in quotation marks, with its own quotation marks escaped and long runs of spaces counted. So the
    /// text cannot end its quotation, and what follows it on the line is ours.
    /// </summary>
    public static string Quoted(string text) => $"\"{CountSpaces(Escape(text)).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>
    /// For a cell of a table whose columns two spaces divide: as <see cref="Escape"/>, with runs of two or more spaces, and spaces at either end, as their
    /// number. So the text cannot look like several cells.
    /// </summary>
    public static string Cell(string text) =>
        CellSpaces().Replace(Escape(text), static run => string.Create(CultureInfo.InvariantCulture, $"\\u{{20}}{{{run.Length}}}"));

    /// <summary>For a text of several lines, which stay lines.</summary>
    public static string EscapeLines(string text) => Write(text, Backslash.Doubled, Line.Kept);

    /// <summary>For HTML text and quoted attributes: markup is text, and what is unseen is visible there too.</summary>
    public static string Html(string text) => WebUtility.HtmlEncode(Escape(text));

    /// <summary>
    /// A line of ours whose parts were escaped: what is left in it that is unseen is escaped too. Of what <see cref="Escape"/> gave, nothing changes.
    /// </summary>
    public static string Guard(string line) => Write(line, Backslash.Kept, Line.Escaped);

    /// <summary>The same for several lines.</summary>
    public static string GuardLines(string text) => Write(text, Backslash.Kept, Line.Kept);

    /// <summary>Cuts what was escaped, with the count of what is left out. Neither an escape nor a pair is cut through.</summary>
    /// <param name="visible">The escaped text.</param>
    /// <param name="most">How many characters stay at most.</param>
    public static string Cut(string visible, int most)
    {
        ArgumentNullException.ThrowIfNull(visible);
        if (visible.Length <= most) return visible;
        var kept = Beginning(visible, most).Length;
        return string.Create(CultureInfo.InvariantCulture, $"{visible.AsSpan(0, kept)}... ({visible.Length - kept} more characters)");
    }

    /// <summary>
    /// Returns the beginning of what was escaped, without a sign that the rest is left out. Neither an escape nor a pair is cut through.
    /// </summary>
    /// <param name="visible">The escaped text.</param>
    /// <param name="most">How many characters stay at most.</param>
    public static string Beginning(string visible, int most)
    {
        ArgumentNullException.ThrowIfNull(visible);
        if (visible.Length <= most) return visible;
        var kept = 0;
        for (var next = 0; (next += UnitAt(visible, next)) <= most;) kept = next;
        return visible[..kept];
    }

    private enum Backslash
    {
        Doubled,
        Kept,
    }

    private enum Line
    {
        Escaped,
        Kept,
    }

    private static string Write(string text, Backslash backslash, Line line)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder? visible = null;
        var marks = MostMarks; // at the beginning a mark has no base
        for (var at = 0; at < text.Length;)
        {
            var codePoint = CodePointAt(text, at, out var length);
            var stays = Stays(codePoint, ref marks, backslash, line);
            if (!stays) (visible ??= new StringBuilder(text.Length + 16).Append(text, 0, at)).Append(EscapeOf(codePoint));
            else visible?.Append(text, at, length);
            at += length;
        }

        return visible?.ToString() ?? text;
    }

    // A mark without a base would stand on a character of ours: punctuation of ASCII is none, such as the quotation mark before the text. So
    // a name looks the same whether it was escaped alone or with its line.
    private static bool Stays(int codePoint, ref int marks, Backslash backslash, Line line)
    {
        var appearance = AppearanceTable.Of(codePoint);
        if (appearance is Appearance.Mark or Appearance.SpacingMark && marks < MostMarks)
        {
            marks++;
            return true;
        }

        marks = appearance == Appearance.Plain && (codePoint > 0x7F || char.IsAsciiLetterOrDigit((char)codePoint)) ? 0 : MostMarks;
        return codePoint switch
        {
            '\\' => backslash == Backslash.Kept,
            '\n' => line == Line.Kept,
            _ => appearance == Appearance.Plain,
        };
    }

    private static string EscapeOf(int codePoint) => codePoint switch
    {
        '\\' => "\\\\",
        '\n' => "\\n",
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{{{codePoint:X4}}}"),
    };

    private static int CodePointAt(string text, int at, out int length)
    {
        length = at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;
        return length == 2 ? char.ConvertToUtf32(text[at], text[at + 1]) : text[at];
    }

    private static int UnitAt(string visible, int at)
    {
        if (visible[at] != '\\' || at + 1 == visible.Length)
        {
            _ = CodePointAt(visible, at, out var length);
            return length;
        }

        var end = visible[at + 1] == 'u' ? visible.IndexOf('}', at) : at + 1;
        return end < 0 || end - at > LongestEscape ? 2 : end - at + 1;
    }

    [GeneratedRegex(" {9,}", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();

    [GeneratedRegex(" {2,}|^ | \\z", RegexOptions.CultureInvariant)]
    private static partial Regex CellSpaces();
}
