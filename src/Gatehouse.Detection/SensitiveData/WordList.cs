using System.Buffers;

namespace Gatehouse.Detection.SensitiveData;

/// <summary>Words and phrases of an organisation, such as topics that it forbids (PI-07). They are found in any case, as whole words.</summary>
public sealed class WordList
{
    private readonly SearchValues<string> words;
    private readonly Dictionary<(char First, char Second), string[]> byBeginning;

    /// <summary>Creates the list.</summary>
    /// <param name="words">The words; each has at least two characters.</param>
    public WordList(IReadOnlyList<string> words)
    {
        this.words = SearchValues.Create([.. words], StringComparison.OrdinalIgnoreCase);
        byBeginning = words.GroupBy(static word => Beginning(word)).ToDictionary(
            static group => group.Key, static group => (string[])[.. group.OrderByDescending(static word => word.Length)]);
    }

    /// <summary>Finds the next word from a position on. Returns false at the end.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">The position; afterwards that of the word.</param>
    /// <param name="length">The length of the word.</param>
    public bool TryFind(ReadOnlySpan<char> text, ref int start, out int length)
    {
        while (start < text.Length && text[start..].IndexOfAny(words) is >= 0 and var next)
        {
            start += next;
            foreach (var word in byBeginning.GetValueOrDefault(Beginning(text[start..]), []))
            {
                if (!text[start..].StartsWith(word, StringComparison.OrdinalIgnoreCase) || !IsWhole(text, start, word.Length)) continue;
                length = word.Length;
                return true;
            }

            start++;
        }

        length = 0;
        return false;
    }

    private static (char First, char Second) Beginning(ReadOnlySpan<char> word) => (char.ToUpperInvariant(word[0]), char.ToUpperInvariant(word[1]));

    // Between two letters of a script without spaces between words, each place is an edge.
    private static bool IsWhole(ReadOnlySpan<char> text, int start, int length) =>
        IsEdge(text, start - 1, start) && IsEdge(text, start + length - 1, start + length);

    private static bool IsEdge(ReadOnlySpan<char> text, int before, int after) =>
        before < 0 || after >= text.Length || !IsLetter(text[before]) || !IsLetter(text[after]);

    private static bool IsLetter(char letter) => letter < '\u0E00' && char.IsLetterOrDigit(letter);
}
