using System.Buffers;
using System.Globalization;

namespace Gatehouse.Detection.Secrets;

/// <summary>The table of formats, <c>formats.txt</c>. One search for all anchors is the prefilter; only rows with the found anchor are
/// tried.</summary>
internal static class SecretFormats
{
    /// <summary>The rows in the order of the table.</summary>
    public static IReadOnlyList<SecretFormat> All { get; } = [.. SecretTable.Rows("secret-formats.txt").Select(Parse)];

    private static readonly SearchValues<string> Anchors =
        SearchValues.Create([.. All.Select(format => format.Anchor).Distinct(StringComparer.Ordinal)], StringComparison.Ordinal);

    // Anchors differ in length and one can begin another, so rows are found by their first character.
    private static readonly Dictionary<char, SecretFormat[]> Rows =
        All.GroupBy(format => format.Anchor[0]).ToDictionary(group => group.Key, group => group.ToArray());

    /// <summary>Adds the secrets of a text that have the format of an issuer.</summary>
    public static void Find(string text, List<SecretHit> hits)
    {
        for (var at = 0; ; at++)
        {
            var next = text.AsSpan(at).IndexOfAny(Anchors);
            if (next < 0) return;
            at += next;
            foreach (var row in Rows[text[at]])
            {
                if (!text.AsSpan(at).StartsWith(row.Anchor, StringComparison.Ordinal) || row.Match(text, at) is not { } found) continue;
                if (SecretJudges.Format(row, text.Substring(found.Start, found.Length)) is { } confidence)
                    hits.Add(new SecretHit(row.Kind, found.Start, found.Length, confidence) { Shown = row.Shown });
            }
        }
    }

    /// <summary>Reads a row of the table.</summary>
    /// <exception cref="FormatException">The row does not follow the rules at the head of the table.</exception>
    public static SecretFormat Parse(string row)
    {
        var cells = row.Split(" | ");
        if (cells.Length == 4) return new SecretFormat(cells[0].Trim(), Form(cells[1].Trim()), cells[2].Trim().Split(','), cells[3].Trim());
        throw new FormatException($"not a row of four cells: {row}");
    }

    private static List<FormatPiece> Form(string form)
    {
        var hasContext = form.Contains(" [ ", StringComparison.Ordinal);
        var isContext = hasContext;
        var pieces = new List<FormatPiece>();
        foreach (var part in Parts(form))
        {
            if (part is "[" or "]") isContext = part == "]";
            else pieces.Add(Piece(part, isContext));
        }

        return pieces;
    }

    // A fixed text may hold a space.
    private static IEnumerable<string> Parts(string form)
    {
        for (var at = 0; at < form.Length;)
        {
            var end = form[at] == '"' ? form.IndexOf('"', at + 1) + 1 : form.IndexOf(' ', at);
            if (end <= 0) end = form.Length;
            if (end > at) yield return form[at..end];
            at = end;
            while (at < form.Length && form[at] == ' ') at++;
        }
    }

    private static FormatPiece Piece(string part, bool isContext)
    {
        if (part[0] == '"') return new FormatPiece(part[1..^1], null, part.Length - 2, part.Length - 2, isContext);
        var brace = part.IndexOf('{', StringComparison.Ordinal);
        if (brace < 0 || part[^1] != '}') throw new FormatException($"no piece: {part}");
        var numbers = part[(brace + 1)..^1].Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return new FormatPiece(null, CharacterClass.Of(part[..brace]), numbers[0], numbers[^1], isContext);
    }
}
