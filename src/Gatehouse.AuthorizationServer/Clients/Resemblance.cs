using System.Text;
using Gatehouse.Detection.Text;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>Whether one short text looks like another to a person: by the shapes of its letters, and by a small distance (CWE-1007).</summary>
internal static class Resemblance
{
    // One wrong letter in a short word gives another word, so short texts must have the same shapes.
    private const int ShortText = 5;
    private const int LongText = 12;

    // Of a longer text the beginning counts. The bound keeps the comparison cheap for any text of a stranger.
    private const int LongestCompared = 256;

    /// <summary>
    /// Returns a text by the shapes of its letters: accents, case, white space and punctuation do not count, letters of other scripts are the Latin
    /// letters that they look like, and letters that are taken for one another are one.
    /// </summary>
    public static string Skeleton(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var skeleton = new StringBuilder(text.Length);
        Span<char> room = stackalloc char[Folding.Longest];
        foreach (var rune in text.EnumerateRunes())
        {
            var target = room;
            Folding.Fold(rune, ref target, out var count);
            foreach (var letter in target[..count])
            {
                if (char.IsLetterOrDigit(letter) || letter is '|' or '!' || letter > 0x7F)
                    skeleton.Append(Shape(letter));
            }

            if (skeleton.Length >= LongestCompared)
                break;
        }

        return skeleton.Replace("rn", "m").Replace("vv", "w").Replace("cl", "d").ToString();
    }

    /// <summary>Returns whether two skeletons are equal, or differ by so little that a person takes one for the other.</summary>
    public static bool AreAlike(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        if (one.Length == 0 || other.Length == 0)
            return false;
        if (string.Equals(one, other, StringComparison.Ordinal))
            return true;
        var shorter = Math.Min(one.Length, other.Length);
        var most = shorter < ShortText ? 0 : shorter < LongText ? 1 : 2;
        return most > 0 && Math.Abs(one.Length - other.Length) <= most && Distance(one, other) <= most;
    }

    /// <summary>
    /// Returns whether a word of the text has both Latin letters and letters of another script that look like Latin ones. No language writes so.
    /// </summary>
    public static bool MixesScripts(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (hasLatin, hasOther) = (false, false);
        foreach (var letter in text)
        {
            if (!char.IsLetter(letter))
                (hasLatin, hasOther) = (false, false);
            hasLatin |= char.IsAsciiLetter(letter);
            hasOther |= Folding.IsLookAlike(letter);
            if (hasLatin && hasOther)
                return true;
        }

        return false;
    }

    private static char Shape(char letter) => letter switch
    {
        '1' or 'i' or '|' or '!' => 'l',
        '0' => 'o',
        '5' => 's',
        _ => letter,
    };

    // Optimal string alignment: insertion, deletion, replacement, and the exchange of neighbours, each of them 1.
    private static int Distance(string one, string other)
    {
        var before = new int[other.Length + 1];
        var previous = new int[other.Length + 1];
        var current = new int[other.Length + 1];
        for (var column = 0; column <= other.Length; column++)
            previous[column] = column;
        for (var row = 1; row <= one.Length; row++)
        {
            current[0] = row;
            for (var column = 1; column <= other.Length; column++)
            {
                var cost = one[row - 1] == other[column - 1] ? 0 : 1;
                current[column] = Math.Min(Math.Min(previous[column] + 1, current[column - 1] + 1), previous[column - 1] + cost);
                if (row > 1 && column > 1 && one[row - 1] == other[column - 2] && one[row - 2] == other[column - 1])
                    current[column] = Math.Min(current[column], before[column - 2] + 1);
            }

            (before, previous, current) = (previous, current, before);
        }

        return previous[other.Length];
    }
}
