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

    // A row that failed within so few characters is tried again at the next anchor in them.
    private const int ShortRun = 512;

    // Anchors differ in length and one can begin another, so rows are found by their first character.
    private static readonly Dictionary<char, (SecretFormat Row, int Number)[]> Rows =
        All.Select((row, number) => (Row: row, Number: number)).GroupBy(one => one.Row.Anchor[0])
            .ToDictionary(group => group.Key, group => group.ToArray());

    /// <summary>Adds the secrets of a text that have the format of an issuer.</summary>
    /// <remarks>
    /// Threat: a text of many anchors, each of which begins a run of thousands of characters. What a row has read is not read by it again.
    /// </remarks>
    public static void Find(string text, List<SecretHit> hits)
    {
        var read = new int[All.Count];
        for (var at = 0; ; at++)
        {
            var next = text.AsSpan(at).IndexOfAny(Anchors);
            if (next < 0) return;
            at += next;
            foreach (var (row, number) in Rows[text[at]])
            {
                if (at < read[number] || !text.AsSpan(at).StartsWith(row.Anchor, StringComparison.Ordinal)) continue;
                var found = row.Match(text, at, out var end);
                if (found is not null || end - at > ShortRun) read[number] = end;
                if (found is not var (start, length)) continue;
                var value = text.Substring(start, length);
                if (IsDigest(row, value)) continue;
                if (SecretJudges.Format(row, value) is { } confidence)
                    hits.Add(new SecretHit(row.Kind, start, length, confidence) { Shown = row.Shown });
            }
        }
    }

    // console-<SHA-1>.js: a prefix that is a word, before a digest.
    private static bool IsDigest(SecretFormat row, string value) =>
        row is { IsSoft: true, IsHexadecimal: false } && row.Body(value) is { Length: 32 or 40 or 64 } body && body.All(char.IsAsciiHexDigitLower);

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
