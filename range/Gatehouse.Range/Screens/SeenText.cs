using System.Text.RegularExpressions;

namespace Gatehouse.Range.Screens;

/// <summary>
/// A text as a person sees it on a screen: sequences act on the terminal, letters without an appearance are not there, a mark turns the direction of
/// the text after it, and letters that look alike are the same.
/// </summary>
internal static partial class SeenText
{
    private const string Looks = "аaеeоoрpсcхxуyіi";

    /// <summary>Returns the lines that are seen.</summary>
    /// <param name="output">All that was written to the terminal.</param>
    public static string Of(string output) => string.Concat(TerminalScreen.Show(Turned().Replace(output, static turned =>
        string.Concat(turned.Groups[1].Value.Reverse()))).Select(Look));

    private static char Look(char letter) =>
        Looks.IndexOf(letter, StringComparison.Ordinal) is var at && at >= 0 && at % 2 == 0 ? Looks[at + 1] : letter;

    // UAX 9: from RIGHT-TO-LEFT OVERRIDE to POP DIRECTIONAL FORMATTING or the end of the line.
    [GeneratedRegex("\u202e([^\u202c\n]*)\u202c?", RegexOptions.CultureInvariant)]
    private static partial Regex Turned();
}
