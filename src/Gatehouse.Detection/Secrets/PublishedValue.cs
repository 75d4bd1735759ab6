namespace Gatehouse.Detection.Secrets;

/// <summary>A row of the table of published values.</summary>
/// <param name="Mark">The mark of the issuer that may be before the text.</param>
/// <param name="Text">The text, without the signs = at its end.</param>
/// <param name="Place">The place of the text in a value.</param>
internal sealed record PublishedValue(string Mark, string Text, PublishedPlace Place)
{
    /// <summary>The shortest text that is only a part of a value.</summary>
    public const int ShortestPart = 20;

    /// <summary>Reads a row of the table.</summary>
    /// <exception cref="FormatException">The row does not follow the rules at the head of the table.</exception>
    public static PublishedValue Parse(string row)
    {
        var cells = row.Split(" | ");
        var blank = cells[0].IndexOf(' ', StringComparison.Ordinal);
        var (mark, text) = blank < 0 ? ("", cells[0]) : (cells[0][..blank], cells[0][(blank + 1)..]);
        var place = PublishedPlace.Whole;
        var isRow = cells.Length == 2 || (cells.Length == 3 && Enum.TryParse(cells[2], ignoreCase: true, out place));
        if (!isRow || (place != PublishedPlace.Whole && text.Length < ShortestPart))
            throw new FormatException($"not a row of published values: {row}");
        return new PublishedValue(mark, text, place);
    }

    /// <summary>Returns whether the value has the text at its place.</summary>
    public bool IsIn(ReadOnlySpan<char> value)
    {
        switch (Place)
        {
            case PublishedPlace.Beginning:
                return value.StartsWith(Text, StringComparison.Ordinal);
            case PublishedPlace.Payload:
                return value.StartsWith("eyJ", StringComparison.Ordinal) && value.IndexOf('.') is var dot and >= 0
                    && value[(dot + 1)..].StartsWith(Text, StringComparison.Ordinal);
            case PublishedPlace.Signature:
                return value.StartsWith("eyJ", StringComparison.Ordinal) && value.EndsWith(Text, StringComparison.Ordinal)
                    && value[value.Length - Text.Length - 1] == '.';
            default:
                return value.SequenceEqual(Text);
        }
    }
}
