using System.Text;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Policy.Matching;

/// <summary>Names of files as the file systems and servers read them that ignore the most.</summary>
internal static class LooseName
{
    /// <summary>
    /// Returns whether a text has a letter outside ASCII that some readers take for a separator, an escape or dots, or half of a surrogate pair.
    /// </summary>
    public static bool HasSyntax(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii) continue;
            if (rune == Rune.ReplacementChar || PlainPath.LooksLikeSlash(rune)) return true;
            if (LetterFolding.Of(rune) is { } folded && folded.AsSpan().ContainsAny("/\\%.")) return true;
        }

        return false;
    }

    /// <summary>
    /// Returns whether two names are one where case, width, style and marks do not count, nor dots and blanks at the end, which Windows passes over.
    /// </summary>
    public static bool AreOne(ReadOnlySpan<char> name, ReadOnlySpan<char> other)
    {
        name = name.TrimEnd(". ");
        other = other.TrimEnd(". ");
        return Ascii.IsValid(name) && Ascii.IsValid(other) ? name.Equals(other, StringComparison.OrdinalIgnoreCase)
            : Folded(name).Equals(Folded(other), StringComparison.OrdinalIgnoreCase);
    }

    private static string Folded(ReadOnlySpan<char> name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (!rune.IsAscii && LetterFolding.Of(rune) is { } folded) text.Append(folded);
            else text.Append(rune);
        }

        return text.ToString().TrimEnd('.', ' ');
    }
}
