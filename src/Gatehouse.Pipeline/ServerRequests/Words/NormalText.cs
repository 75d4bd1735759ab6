using System.Text;
using Gatehouse.Text;

namespace Gatehouse.Pipeline.ServerRequests.Words;

/// <summary>Text in its form for comparisons: letters without marks and disguises, split into words as programmers and people write them.</summary>
internal static class NormalText
{
    // Letters of other scripts that look like Latin ones, for words that mix both.
    private const string Lookalikes = "аaеeоoрpсcхxуyкkіiѕsԁdһhјjгrοoαaεeρpτtνvιiκk";
    /// <summary>Returns the text in lower case, with compatibility forms resolved, without marks, controls and invisible characters.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (AppearanceTable.IsSkippedByReaders(rune.Value)) continue;
            folded.Append(Rune.IsControl(rune) ? " " : PlainLetters.Of(rune).ToString());
        }

        return folded.ToString();
    }

    /// <summary>Returns the words: split at every character except letters and digits, and at humps (<c>apiKey</c>).</summary>
    public static List<string> Words(string text)
    {
        List<string> words = [];
        var word = new StringBuilder();
        var folded = Fold(text);
        for (var i = 0; i < folded.Length; i++)
        {
            var c = folded[i];
            var stands = char.IsLetterOrDigit(c) || char.IsSurrogate(c) || (c is '@' or '$' && word.Length > 0);
            var hump = word.Length > 0 && char.IsUpper(c)
                && (char.IsLower(folded[i - 1]) || (i + 1 < folded.Length && char.IsUpper(folded[i - 1]) && char.IsLower(folded[i + 1])));
            if ((!stands || hump) && word.Length > 0) Take(words, word);
            if (stands) word.Append(c);
        }

        if (word.Length > 0) Take(words, word);
        return JoinSpelled(words);
    }

    private static void Take(List<string> words, StringBuilder word)
    {
        words.Add(Plain(word.ToString().ToLowerInvariant()));
        word.Clear();
    }

    // p4ssw0rd and раssword: digits and foreign letters within a Latin word represent the letters that they look like.
    private static string Plain(string word)
    {
        if (!word.Any(char.IsAsciiLetterLower) || word.All(char.IsAsciiLetterLower)) return word;
        if (word is "2fa" or "cvv2" or "oauth2" or "h2") return word;
        return string.Concat(word.Select(Look));
    }

    private static char Look(char c)
    {
        var at = Lookalikes.IndexOf(c, StringComparison.Ordinal);
        if (at >= 0 && at % 2 == 0) return Lookalikes[at + 1];
        return c switch { '0' => 'o', '1' => 'i', '3' => 'e', '4' => 'a', '5' => 's', '7' => 't', '@' => 'a', '$' => 's', _ => c };
    }

    // p a s s w o r d
    private static List<string> JoinSpelled(List<string> words)
    {
        List<string> joined = [];
        for (var i = 0; i < words.Count;)
        {
            var end = i;
            while (end < words.Count && words[end].Length == 1) end++;
            if (end - i >= 3)
            {
                joined.Add(string.Concat(words.GetRange(i, end - i)));
                i = end;
            }
            else
            {
                joined.Add(words[i++]);
            }
        }

        return joined;
    }
}
