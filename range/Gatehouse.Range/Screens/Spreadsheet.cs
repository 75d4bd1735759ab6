using System.Text;

namespace Gatehouse.Range.Screens;

/// <summary>A spreadsheet that opens CSV (RFC 4180): it returns the cells that it would calculate instead of showing them (CWE-1236).</summary>
internal static class Spreadsheet
{
    /// <summary>Returns the formulas in a text.</summary>
    public static IReadOnlyList<string> FormulasIn(string csv) =>
        [.. Cells(csv).Select(cell => cell.TrimStart('\t', '\r')).Where(cell => cell.Length > 1 && cell[0] is '=' or '+' or '-' or '@')];

    /// <summary>Returns the cells of a text, row after row.</summary>
    public static IEnumerable<string> Cells(string csv)
    {
        var cell = new StringBuilder();
        var isQuoted = false;
        for (var at = 0; at < csv.Length; at++)
        {
            var letter = csv[at];
            if (isQuoted && letter == '"' && at + 1 < csv.Length && csv[at + 1] == '"') cell.Append(csv[at++]);
            else if (letter == '"' && (isQuoted || cell.Length == 0)) isQuoted = !isQuoted;
            else if (!isQuoted && letter is ',' or '\n')
            {
                yield return cell.ToString();
                cell.Clear();
            }
            else cell.Append(letter);
        }

        yield return cell.ToString();
    }
}
