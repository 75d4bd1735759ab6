namespace Gatehouse.Detection.PersonalData;

/// <summary>
/// The words of a text and their hashes without regard to case and accents. A word is a run of letters, which a capital after a small letter ends
/// (dateOfBirth has three); a Chinese or Japanese character is a word by itself. The hash of a phrase continues that of its words.
/// </summary>
internal static class WordHash
{
    /// <summary>The hash of no word.</summary>
    public const ulong Empty = 14695981039346656037;

    private const ulong Prime = 1099511628211;

    // U+00C0 to U+017F without accents. What stays itself is a letter of its own.
    private const string Plain =
        "aaaaaaaceeeeiiiidnooooo*ouuuuypsaaaaaaaceeeeiiiidnooooo*ouuuuypy" +
        "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

    // Letters as small ones, everything else as zero.
    private static ReadOnlySpan<byte> AsciiFold =>
        "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"u8
        + "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0abcdefghijklmnopqrstuvwxyz\0\0\0\0\0\0abcdefghijklmnopqrstuvwxyz\0\0\0\0\0"u8;

    /// <summary>Returns the end of the word that begins at a place, and its hash as the continuation of another.</summary>
    public static int Read(ReadOnlySpan<char> text, int at, ref ulong hash)
    {
        hash = (hash ^ ' ') * Prime;
        if (IsIdeograph(text[at]))
        {
            hash = (hash ^ text[at]) * Prime;
            return at + 1;
        }

        var end = at;
        var wasUpper = false;
        for (; end < text.Length; end++)
        {
            var character = text[end];
            var folded = character < 128 ? (char)AsciiFold[character] : IsLetter(character) ? Fold(character) : '\0';
            if (folded == '\0') break;
            var isUpper = character < 128 ? folded != character : char.IsUpper(character);
            // A capital after a small letter, or the last of several capitals before a small letter: IBANNumber.
            if (isUpper && end > at && (!wasUpper || (end + 1 < text.Length && char.IsLower(text[end + 1])))) break;
            wasUpper = isUpper;
            hash = (hash ^ folded) * Prime;
        }

        return end;
    }

    /// <summary>Returns whether a word begins with a character.</summary>
    public static bool IsWord(char character) => character < 128 ? AsciiFold[character] != 0 : IsLetter(character) || IsIdeograph(character);

    /// <summary>Returns whether a character is part of a word.</summary>
    public static bool IsLetter(char character) =>
        char.IsAsciiLetter(character) || (character >= '\u00aa' && char.IsLetter(character) && !IsIdeograph(character));

    /// <summary>Returns whether a character is a word by itself.</summary>
    public static bool IsIdeograph(char character) => character is >= '\u3040' and <= '\u9fff' or >= '\uac00' and <= '\ud7a3';

    private static char Fold(char character) =>
        character < '\u00c0' ? character
        : character <= '\u017f' ? Plain[character - '\u00c0']
        : char.ToLowerInvariant(character);
}
