using System.Text;

namespace Gatehouse.Detection.Secrets;

/// <summary>
/// A format of the table. Matching goes once over the text, from its anchor in both directions, and never back: the table is written so that
/// no piece takes characters that the next one needs.
/// </summary>
/// <param name="Kind">Kind of the secret, as in <c>github-token</c>.</param>
/// <param name="Pieces">The pieces in order.</param>
/// <param name="Marks">The marks of the row.</param>
/// <param name="Source">Documentation of the issuer.</param>
internal sealed record SecretFormat(string Kind, IReadOnlyList<FormatPiece> Pieces, IReadOnlyList<string> Marks, string Source)
{
    private readonly int anchor = AnchorOf(Pieces);

    /// <summary>The fixed text that the search looks for: the beginning, or the longest where a class is before it.</summary>
    public string Anchor => Pieces[anchor].Text!;

    /// <summary>True when the form by itself is not sure.</summary>
    public bool IsSoft => Marks.Contains("soft");

    /// <summary>True when the text is a fixed one whose randomness is not judged.</summary>
    public bool IsFixed => Marks.Contains("fixed");

    /// <summary>True when the text ends with a checksum.</summary>
    public bool HasChecksum => Marks.Contains("crc");

    /// <summary>Characters of the fixed text that a match begins with.</summary>
    public int Shown { get; } = Pieces.First(piece => !piece.IsContext).Text?.Length ?? 0;

    private bool IsInner => Marks.Contains("inner");

    /// <summary>True when the issuer draws hexadecimal digits only, as a digest has.</summary>
    public bool IsHexadecimal { get; } = Pieces.All(piece => piece.Text is not null || piece.IsHexadecimal);

    /// <summary>Returns the place of a secret whose anchor is at the index.</summary>
    /// <param name="text">The text.</param>
    /// <param name="index">The place of the anchor.</param>
    /// <param name="read">The place up to which the text was read.</param>
    public (int Start, int Length)? Match(ReadOnlySpan<char> text, int index, out int read)
    {
        var begin = read = index;
        for (var i = anchor - 1; i >= 0; i--)
        {
            var taken = Pieces[i].Before(text[..begin]);
            if (taken < 0) return null;
            begin -= taken;
        }

        if (!IsInner && !IsBegin(text, begin)) return null;
        var (end, from, to) = (begin, -1, begin);
        foreach (var piece in Pieces)
        {
            var taken = piece.After(text[end..]);
            if (taken < 0) return null;
            if (!piece.IsContext) (from, to) = (from < 0 ? end : from, end + taken);
            read = end += taken;
        }

        if (from < 0 || !IsEnd(text, end)) return null;
        return (from, to - from);
    }

    /// <summary>Returns the characters of a match that the issuer draws, without the fixed texts of the form.</summary>
    public string Body(string match)
    {
        var body = new StringBuilder(match.Length);
        var at = 0;
        foreach (var piece in Pieces.Where(piece => !piece.IsContext))
        {
            var taken = piece.After(match.AsSpan(at));
            if (taken < 0) break;
            if (piece.Text is null) body.Append(match, at, taken);
            at += taken;
        }

        return body.ToString();
    }

    // An escape of a string (\n, \t) and of an address (%3D) ends with a letter or digit that belongs to neither side.
    private static bool IsBegin(ReadOnlySpan<char> text, int begin) => begin == 0 || !IsWord(text[begin - 1])
        || (begin >= 2 && text[begin - 2] == '\\' && text[begin - 1] is 'n' or 't' or 'r')
        || (begin >= 3 && text[begin - 3] == '%' && char.IsAsciiHexDigit(text[begin - 2]) && char.IsAsciiHexDigit(text[begin - 1]));

    // Signs after it (###, ***) are in place of a hidden rest.
    private static bool IsEnd(ReadOnlySpan<char> text, int end) => end == text.Length
        || (!(char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_') && !text[end..].StartsWith("###") && !text[end..].StartsWith("***")
            && !text[end..].StartsWith("..."));

    private static bool IsWord(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-';

    private static int AnchorOf(IReadOnlyList<FormatPiece> pieces)
    {
        if (pieces[0].Text is not null) return 0;
        var best = -1;
        for (var i = 0; i < pieces.Count; i++)
        {
            if (pieces[i].Text is { } text && (best < 0 || text.Length > pieces[best].Text!.Length)) best = i;
        }

        return best >= 0 ? best : throw new FormatException("a format needs a fixed text");
    }
}
