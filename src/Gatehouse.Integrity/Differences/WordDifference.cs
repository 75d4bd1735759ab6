using System.Text;
using Gatehouse.Text;

namespace Gatehouse.Integrity.Differences;

/// <summary>The difference of two texts by words. Words are compared exactly: two that only look alike differ.</summary>
public static class WordDifference
{
    // A table of so many cells at most; larger middles are shown as replaced as a whole, which is coarse and never wrong.
    private const long MostCells = 4_000_000;

    /// <summary>Compares two texts.</summary>
    /// <returns>Stretches that, without the added ones, make up the old text, and without the removed ones the new text.</returns>
    public static IReadOnlyList<WordSpan> Between(string before, string after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var old = Words(before);
        var now = Words(after);
        var head = 0;
        while (head < Math.Min(old.Count, now.Count) && old[head] == now[head])
            head++;
        var tail = 0;
        while (tail < Math.Min(old.Count, now.Count) - head && old[^(tail + 1)] == now[^(tail + 1)])
            tail++;
        List<(WordChange Change, StringBuilder Text)> stretches = [];
        Add(stretches, WordChange.Kept, old.GetRange(0, head));
        Middle(stretches, old.GetRange(head, old.Count - head - tail), now.GetRange(head, now.Count - head - tail));
        Add(stretches, WordChange.Kept, old.GetRange(old.Count - tail, tail));
        return [.. stretches.Select(stretch => new WordSpan(stretch.Change, stretch.Text.ToString()))];
    }

    /// <summary>Returns one line for a person: removed words as <c>[-…-]</c>, added ones as <c>{+…+}</c>, all made visible.</summary>
    public static string Show(IReadOnlyList<WordSpan> stretches) => Show(stretches, Guard);

    internal static string Show(IReadOnlyList<WordSpan> stretches, Func<string, string> guard) =>
        string.Concat(stretches.Select(stretch => stretch.Change switch
    {
        WordChange.Removed => $"[-{guard(stretch.Text)}-]",
        WordChange.Added => $"{{+{guard(stretch.Text)}+}}",
        _ => guard(stretch.Text),
    }));

    // A text that holds the marks itself must not be able to close them or to pose as a stretch.
    internal static string Guard(string text) => VisibleText.Escape(text)
        .Replace("[-", "[\\-", StringComparison.Ordinal).Replace("-]", "-\\]", StringComparison.Ordinal)
        .Replace("{+", "{\\+", StringComparison.Ordinal).Replace("+}", "+\\}", StringComparison.Ordinal);

    private static List<string> Words(string text)
    {
        List<string> words = [];
        var start = 0;
        for (var at = 1; at <= text.Length; at++)
        {
            if (at < text.Length && Class(text[at]) == Class(text[at - 1]) && Class(text[at]) != 2)
                continue;
            words.Add(text[start..at]);
            start = at;
        }

        return words;
    }

    private static int Class(char c) => char.IsLetterOrDigit(c) ? 0 : c == ' ' ? 1 : char.IsSurrogate(c) ? 3 : 2;

    private static void Middle(List<(WordChange Change, StringBuilder Text)> stretches, List<string> old, List<string> now)
    {
        if ((long)old.Count * now.Count > MostCells)
        {
            Add(stretches, WordChange.Removed, old);
            Add(stretches, WordChange.Added, now);
            return;
        }

        var common = Common(old, now);
        var i = 0;
        var j = 0;
        while (i < old.Count || j < now.Count)
        {
            if (i < old.Count && j < now.Count && old[i] == now[j])
            {
                Add(stretches, WordChange.Kept, [old[i]]);
                i++;
                j++;
            }
            else if (i < old.Count && (j == now.Count || common[i + 1, j] >= common[i, j + 1]))
            {
                Add(stretches, WordChange.Removed, [old[i++]]);
            }
            else
            {
                Add(stretches, WordChange.Added, [now[j++]]);
            }
        }
    }

    // Longest common subsequence of the words from i and j on.
    private static int[,] Common(List<string> old, List<string> now)
    {
        var common = new int[old.Count + 1, now.Count + 1];
        for (var i = old.Count - 1; i >= 0; i--)
        {
            for (var j = now.Count - 1; j >= 0; j--)
                common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        return common;
    }

    private static void Add(List<(WordChange Change, StringBuilder Text)> stretches, WordChange change, List<string> words)
    {
        if (words.Count == 0)
            return;
        if (stretches.Count == 0 || stretches[^1].Change != change)
            stretches.Add((change, new StringBuilder()));
        foreach (var word in words)
            stretches[^1].Text.Append(word);
    }
}
