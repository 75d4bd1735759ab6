using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.Corpus;

/// <summary>
/// The words of a text with names, numbers and addresses masked, so that two texts that differ only in those are the same text.
/// </summary>
public static partial class MaskedWords
{
    /// <summary>Returns the masked words in their order. Scripts without spaces are cut into pairs of letters.</summary>
    public static List<string> Of(string text)
    {
        var plain = NumberForm().Replace(AddressForm().Replace(text, " ADDRESS "), " 0 ");
        var words = new List<string>();
        foreach (Match match in WordForm().Matches(plain)) Add(words, plain, match);
        return words;
    }

    /// <summary>Returns the runs of four masked words; the whole, where there are fewer.</summary>
    public static HashSet<string> Shingles(string text)
    {
        var words = Of(text);
        if (words.Count < 4) return [string.Join(' ', words)];
        return [.. Enumerable.Range(0, words.Count - 3).Select(at => string.Join(' ', words.GetRange(at, 4)))];
    }

    /// <summary>Returns the first and the last sentence or line of more than three characters, masked; null when there is none.</summary>
    public static (string First, string Last)? Ends(string text)
    {
        var sentences = SentenceForm().Split(text).Where(sentence => sentence.Trim().Length > 3).ToList();
        return sentences.Count == 0 ? null : (Masked(sentences[0]), Masked(sentences[^1]));
    }

    private static string Masked(string sentence) => string.Join(' ', Of(sentence.Trim().ToLowerInvariant()));

    private static void Add(List<string> words, string plain, Match match)
    {
        var word = match.Value;
        if (word.EnumerateRunes().Any(HasNoSpaces))
        {
            for (var at = 0; at < word.Length; at += 2) words.Add(word.Substring(at, Math.Min(2, word.Length - at)));
        }
        else
        {
            words.Add(IsName(plain, match) ? "NAME" : word.ToLowerInvariant());
        }
    }

    // A capital within a sentence. Words in capitals alone are emphasis.
    private static bool IsName(string plain, Match match)
    {
        var word = match.Value;
        if (!char.IsUpper(word[0]) || word.All(letter => !char.IsLower(letter)) || match.Index == 0) return false;
        var before = plain[Math.Max(0, match.Index - 2)..match.Index].Trim();
        return before is not ("." or "!" or "?" or ":");
    }

    private static bool HasNoSpaces(Rune rune) => rune.Value is (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x9FFF) or (>= 0xAC00 and <= 0xD7AF);

    [GeneratedRegex(@"https?://\S+|\S+@\S+|\S*/\S*/\S*")]
    private static partial Regex AddressForm();

    [GeneratedRegex(@"\d+")]
    private static partial Regex NumberForm();

    [GeneratedRegex(@"[^\W_]+")]
    private static partial Regex WordForm();

    [GeneratedRegex(@"(?<=[.!?。！？])\s+|\n+")]
    private static partial Regex SentenceForm();
}
