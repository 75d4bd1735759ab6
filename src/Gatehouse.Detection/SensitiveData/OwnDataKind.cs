using System.Text.RegularExpressions;

namespace Gatehouse.Detection.SensitiveData;

/// <summary>
/// A kind of sensitive data, or a forbidden topic, that an organisation defines: an expression or words, and words that have to be near.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Pattern">The expression; null for none. It does not backtrack, so that its time is linear in the text (CWE-1333).</param>
/// <param name="Context">Words, in any case; one of them is near. Empty for no such condition.</param>
public sealed record OwnDataKind(string Name, Regex? Pattern, IReadOnlyList<string> Context)
{
    /// <summary>The options with which the expression is compiled.</summary>
    public const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>The most characters before and after a value in which a word of the context counts: 60.</summary>
    public const int Near = 60;

    /// <summary>Words and phrases; null for none.</summary>
    public WordList? Words { get; init; }

    internal bool HasContext(ReadOnlySpan<char> text, int start, int length, ReadOnlySpan<char> label)
    {
        if (Context.Count == 0) return true;
        var from = Math.Max(0, start - Near);
        var around = text[from..Math.Min(text.Length, start + length + Near)];
        foreach (var word in Context)
        {
            if (around.Contains(word, StringComparison.OrdinalIgnoreCase) || label.Contains(word, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
