using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Gatehouse.Text;

/// <summary>
/// Letters of other scripts that look exactly like Latin ones, in a text that a person reads before a decision (CWE-1007, UTS 39).
/// </summary>
/// <remarks>
/// Threat: an account, a path or a host is spelled with a Cyrillic letter, and a person takes it for the known one. Ordinary text of those scripts
/// stays readable: a letter counts only in a word that can be mistaken for a Latin one.
/// </remarks>
internal static class LookAlikeLetters
{
    // Cyrillic, Greek, Armenian, Cherokee, small Roman numerals and full-width letters. Only those that common fonts draw alike: detection uses a
    // wider table, which would make ordinary words of these scripts unreadable here.
    private static readonly FrozenSet<int> Table =
        ("аеорсухѕіјһԛԝӏԁАВЕЅІЈКМНОРСТУХԌ" + "οανρΑΒΕΖΗΙΚΜΝΟΡΤΥΧϳ" + "օոսցԼՕՏ" + "ᎠᎡᎢᎪᎫᎬᎳᎷᎻᏀᏃᏔᏙᏚᏞᏟᏢᏦ" + "ⅰⅴⅹⅼⅽⅾⅿ").EnumerateRunes()
        .Select(static rune => rune.Value).ToFrozenSet();

    /// <summary>Returns where the letters are that make a word look like another one, in ascending order.</summary>
    /// <param name="text">The text, not escaped.</param>
    public static IReadOnlyList<int> PlacesIn(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.EnumerateRunes().Any(static rune => IsLookAlike(rune.Value))) return [];
        var hasLatin = text.Any(char.IsAsciiLetter);
        var isOfAnotherScript = text.EnumerateRunes().Any(static rune => rune.Value > 0x24F && Rune.IsLetter(rune) && !IsLookAlike(rune.Value));
        return [.. Words(text).Where(word => IsMistakable(text.AsSpan(word.Start, word.Length), hasLatin, isOfAnotherScript))
            .SelectMany(word => Enumerable.Range(word.Start, word.Length).Where(at => IsLookAlike(text[at])))];
    }

    // A word that mixes them, or one that has no other letters. In a text that is plainly of another script such a word is one of its own words, and
    // a single letter is a word in some languages.
    private static bool IsMistakable(ReadOnlySpan<char> word, bool textHasLatin, bool textIsOfAnotherScript)
    {
        var (looks, latin, others) = (0, 0, 0);
        foreach (var letter in word)
        {
            if (IsLookAlike(letter)) looks++;
            else if (char.IsAsciiLetter(letter)) latin++;
            else if (char.IsLetter(letter)) others++;
        }

        if (looks == 0) return false;
        if (latin > 0) return true;
        if (others > 0) return false;
        return !textIsOfAnotherScript || (textHasLatin && looks > 1);
    }

    private static bool IsLookAlike(int codePoint) =>
        Table.Contains(codePoint) || codePoint is (>= 0xFF10 and <= 0xFF19) or (>= 0xFF21 and <= 0xFF3A) or (>= 0xFF41 and <= 0xFF5A);

    // Every letter of the table is in the basic plane, so that a word of UTF-16 units is enough. A character without appearance does not end a word.
    private static IEnumerable<(int Start, int Length)> Words(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            while (at < text.Length && IsOfWord(text[at])) at++;
            if (at > start) yield return (start, at - start);
            else at++;
        }
    }

    private static bool IsOfWord(char unit) => char.IsLetterOrDigit(unit) || CharUnicodeInfo.GetUnicodeCategory(unit) == UnicodeCategory.LetterNumber
        || (!char.IsSurrogate(unit) && AppearanceTable.IsSkippedByReaders(unit));
}
