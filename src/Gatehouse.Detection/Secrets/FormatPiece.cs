namespace Gatehouse.Detection.Secrets;

/// <summary>A piece of a format: a fixed text, or a run of one class.</summary>
/// <param name="Text">The fixed text, or null for a run.</param>
/// <param name="Class">The class of a run.</param>
/// <param name="Least">Fewest characters.</param>
/// <param name="Most">Most characters.</param>
/// <param name="IsContext">True when the piece is around the secret and no part of it.</param>
internal sealed record FormatPiece(string? Text, CharacterClass? Class, int Least, int Most, bool IsContext)
{
    /// <summary>True for a run of hexadecimal digits, or of some of them.</summary>
    public bool IsHexadecimal => Class is not null && !Class.Has('g') && !Class.Has('G');

    /// <summary>Returns the number of characters that the piece takes from here on, or -1 when it does not fit.</summary>
    public int After(ReadOnlySpan<char> text)
    {
        if (Text is not null) return text.StartsWith(Text, StringComparison.Ordinal) ? Text.Length : -1;
        var count = 0;
        while (count < Most && count < text.Length && Class!.Has(text[count])) count++;
        return count >= Least ? count : -1;
    }

    /// <summary>Returns the number of characters that the piece takes up to here, or -1 when it does not fit.</summary>
    public int Before(ReadOnlySpan<char> text)
    {
        if (Text is not null) return text.EndsWith(Text, StringComparison.Ordinal) ? Text.Length : -1;
        var count = 0;
        while (count < Most && count < text.Length && Class!.Has(text[^(count + 1)])) count++;
        return count >= Least ? count : -1;
    }
}
