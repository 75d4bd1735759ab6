using System.Text;

namespace Gatehouse.Cli.Output;

/// <summary>
/// Tables whose columns are as wide as their content. Where a row does not fit into the terminal, it continues on further lines, and its last column
/// is on a line of its own: a terminal that breaks a line within an id gives nothing that can be copied.
/// </summary>
internal static class Columns
{
    private const string Gap = "  ";
    private const string Indent = "    ";

    // From here on, letters of some scripts take two columns.
    private const int FirstWide = 0x1100;

    /// <summary>Returns the lines of a table. Outside text in it is escaped already.</summary>
    /// <param name="heading">The names of the columns.</param>
    /// <param name="rows">The rows, each with as many texts as there are columns.</param>
    /// <param name="width">Columns of the terminal; null where the lines go to a file or program, which gets each row on one line.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<string> heading, IReadOnlyList<IReadOnlyList<string>> rows, int? width) =>
        Rows(heading, rows, width).SelectMany(static row => row);

    /// <summary>Returns the lines of the heading, and then those of each row, for a table with remarks between its rows.</summary>
    /// <param name="heading">The names of the columns.</param>
    /// <param name="rows">The rows, each with as many texts as there are columns.</param>
    /// <param name="width">Columns of the terminal; null where the lines go to a file or program, which gets each row on one line.</param>
    public static IEnumerable<IReadOnlyList<string>> Rows(IReadOnlyList<string> heading, IReadOnlyList<IReadOnlyList<string>> rows, int? width)
    {
        var last = heading.Count - 1;
        var widths = Enumerable.Range(0, last).Select(column => rows.Append(heading).Max(row => WidthOf(row[column]))).ToList();
        var before = widths.Sum(static one => one + Gap.Length);
        var breaks = width is { } most && rows.Any(row => before + WidthOf(row[last]) > most) ? Breaks(widths, most) : [];
        return rows.Prepend(heading).Select(row => Row(row, widths, breaks));
    }

    /// <summary>Returns values as lines: as many values on a line as there is room for. A value is never broken.</summary>
    /// <param name="values">The values, escaped already.</param>
    /// <param name="width">Columns of the terminal; null puts all values on one line.</param>
    /// <param name="indent">The beginning of the first line. Further lines begin two columns after it.</param>
    public static IEnumerable<string> Filled(IEnumerable<string> values, int? width, string indent)
    {
        var (line, begin) = ("", indent);
        foreach (var value in values)
        {
            if (line.Length > 0 && width is { } most && WidthOf(line) + Gap.Length + WidthOf(value) > most)
            {
                yield return line;
                (line, begin) = ("", indent + Gap);
            }

            line += (line.Length == 0 ? begin : Gap) + value;
        }

        if (line.Length > 0) yield return line;
    }

    // The columns before which a new line begins: the same for all rows, so that a value is below its heading.
    private static HashSet<int> Breaks(List<int> widths, int most)
    {
        HashSet<int> breaks = [widths.Count];
        var used = 0;
        for (var column = 0; column < widths.Count; column++)
        {
            if (used > 0 && used + widths[column] > most)
            {
                breaks.Add(column);
                used = Indent.Length;
            }

            used += widths[column] + Gap.Length;
        }

        return breaks;
    }

    private static List<string> Row(IReadOnlyList<string> row, List<int> widths, HashSet<int> breaks)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        for (var column = 0; column < row.Count; column++)
        {
            if (breaks.Contains(column))
            {
                lines.Add(line.ToString().TrimEnd());
                line.Clear().Append(Indent);
            }

            line.Append(row[column]);
            if (column < widths.Count) line.Append(' ', widths[column] - WidthOf(row[column])).Append(Gap);
        }

        lines.Add(line.ToString().TrimEnd());
        return lines;
    }

    /// <summary>Returns a line that is not wider than the terminal: its end is cut, and the last column says so.</summary>
    /// <param name="line">The line, escaped already.</param>
    /// <param name="width">Columns of the terminal; null cuts nothing.</param>
    public static string Cut(string line, int? width)
    {
        if (width is not { } most || WidthOf(line) <= most) return line;
        var (kept, used) = (new StringBuilder(), 1);
        foreach (var rune in line.EnumerateRunes().TakeWhile(rune => (used += WidthOf(rune.ToString())) <= most)) kept.Append(rune);
        return kept.Append('…').ToString();
    }

    private static int WidthOf(string text) => text.EnumerateRunes().Sum(static rune => rune.Value < FirstWide ? 1 : 2);
}
