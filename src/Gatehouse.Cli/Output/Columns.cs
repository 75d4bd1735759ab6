using System.Text;

namespace Gatehouse.Cli.Output;

/// <summary>
/// Tables whose columns are as wide as their content. Where a row does not fit into the terminal, its last column is on a line of its own.
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
    public static IEnumerable<string> Lines(IReadOnlyList<string> heading, IReadOnlyList<IReadOnlyList<string>> rows, int? width)
    {
        var last = heading.Count - 1;
        var widths = Enumerable.Range(0, last).Select(column => rows.Append(heading).Max(row => WidthOf(row[column]))).ToList();
        var before = widths.Sum(static one => one + Gap.Length);
        var isBroken = width is { } most && rows.Any(row => before + WidthOf(row[last]) > most);
        return rows.Prepend(heading).SelectMany(row => Row(row, widths, isBroken));
    }

    private static IEnumerable<string> Row(IReadOnlyList<string> row, List<int> widths, bool isBroken)
    {
        var line = new StringBuilder();
        for (var column = 0; column < widths.Count; column++)
            line.Append(row[column]).Append(' ', widths[column] - WidthOf(row[column])).Append(Gap);
        return isBroken ? [line.ToString().TrimEnd(), Indent + row[^1]] : [line.Append(row[^1]).ToString().TrimEnd()];
    }

    private static int WidthOf(string text) => text.EnumerateRunes().Sum(static rune => rune.Value < FirstWide ? 1 : 2);
}
