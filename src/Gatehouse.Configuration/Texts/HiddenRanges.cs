using System.Text;
using System.Text.RegularExpressions;
using Gatehouse.Detection.Secrets;

namespace Gatehouse.Configuration.Texts;

/// <summary>Ranges of a text that are not shown, each with the text in its place. Ranges that meet are one.</summary>
internal sealed partial class HiddenRanges(string text)
{
    // A word of a comment behind the name of a secret is the secret, or a word like those of the rest of the text.
    private const int ShortestWord = 6;

    private readonly List<(int Start, int End, string Shown)> ranges = [];
    private readonly List<(string Value, string Mark)> values = [];
    private readonly List<(int Start, int End)> shown = [];

    /// <summary>Hides a range. Space at its end stays, because a block of YAML ends behind its last line break.</summary>
    public void Add(int start, int end, string shown)
    {
        while (end > start && char.IsWhiteSpace(text[end - 1])) end--;
        if (end > start) ranges.Add((start, end, shown));
    }

    /// <summary>Hides a range that is a value, which is hidden elsewhere as well.</summary>
    /// <param name="start">The start of the range.</param>
    /// <param name="end">The end of the range.</param>
    /// <param name="shown">The text in its place, with a mark for each part that is hidden.</param>
    /// <param name="value">The value as a reader of the text has it; null where it is the range itself.</param>
    public void AddValue(int start, int end, string shown, string? value = null)
    {
        Add(start, end, shown);
        values.AddRange(PartsOf(value ?? text[start..end], shown));
    }

    /// <summary>Hides what a group of a pattern found, which is a value.</summary>
    public void AddValue(Group group, string shown) => AddValue(group.Index, group.Index + group.Length, shown);

    /// <summary>Hides a word of a comment behind the name of a secret, which is hidden elsewhere as well if it is long.</summary>
    public void AddWord(int start, int end)
    {
        Add(start, end, ShownText.SecretMark);
        if (end - start >= ShortestWord) values.Add((text[start..end].TrimEnd('.', ',', ';', ':', '!', '?', ')'), ShownText.SecretMark));
    }

    /// <summary>Shows a range wherever else its text is hidden: a key of the table of keys, which everyone knows.</summary>
    public void Show(int start, int end) => shown.Add((start, end));

    /// <summary>Hides a range whose text is a hidden value elsewhere.</summary>
    public void AddRepeat(int start, int end, string mark)
    {
        if (!shown.Exists(range => range.Start <= start && end <= range.End)) Add(start, end, mark);
    }

    /// <summary>Adds the values that are hidden here to those that are hidden elsewhere.</summary>
    public void AddValuesTo(HiddenValues all)
    {
        foreach (var (value, mark) in values) all.Add(value, mark);
    }

    /// <summary>Returns the text with what is shown in place of the ranges.</summary>
    public string Replaced()
    {
        if (ranges.Count == 0) return text;
        var replaced = new StringBuilder(text.Length);
        var at = 0;
        foreach (var (start, end, instead) in Merged())
        {
            replaced.Append(text, at, start - at).Append(instead);
            at = end;
        }

        return replaced.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>Returns the lines. What is hidden belongs to the line on which it begins.</summary>
    public IReadOnlyList<ShownLine> Lines()
    {
        var lines = new List<ShownLine>();
        var (visible, hidden) = (new StringBuilder(), new StringBuilder());
        var at = 0;
        foreach (var (start, end, instead) in Merged())
        {
            Plain(text[at..start]);
            visible.Append(instead);
            hidden.Append(text, start, end - start).Append('\0');
            at = end;
        }

        Plain(text[at..]);
        if (visible.Length > 0 || hidden.Length > 0) Flush();
        return lines;

        void Plain(string part)
        {
            var pieces = part.Split('\n');
            for (var i = 0; i < pieces.Length; i++)
            {
                if (i > 0) Flush();
                visible.Append(pieces[i]);
            }
        }

        void Flush()
        {
            lines.Add(new ShownLine(visible.ToString(), hidden.ToString()));
            visible.Clear();
            hidden.Clear();
        }
    }

    // The parts of a value in whose places there are marks.
    private static IEnumerable<(string Value, string Mark)> PartsOf(string value, string shown)
    {
        var at = 0; // in the value
        var from = 0; // in what is shown
        foreach (Match mark in Mark().Matches(shown))
        {
            var before = shown[from..mark.Index];
            from = mark.Index + mark.Length;
            var next = Mark().Match(shown, from) is { Success: true } other ? shown[from..other.Index] : shown[from..];
            var start = at + before.Length;
            if (start > value.Length || string.CompareOrdinal(value, at, before, 0, before.Length) != 0) break;
            var end = next.Length == 0 ? value.Length
                : from + next.Length == shown.Length ? value.Length - next.Length : value.IndexOf(next, start, StringComparison.Ordinal);
            if (end < start) break;
            var kind = mark.Value == HarmlessArguments.HiddenMark ? mark.Value : ShownText.SecretMark;
            if (value[start..end] != mark.Value) yield return (value[start..end], kind);
            at = end;
        }
    }

    // Of two that overlap, the whole is hidden, unless one has the other within it and does not show it either.
    private List<(int Start, int End, string Shown)> Merged()
    {
        var merged = new List<(int Start, int End, string Shown)>();
        foreach (var range in ranges.OrderBy(range => range.Start).ThenByDescending(range => range.End))
        {
            if (merged.Count == 0 || range.Start >= merged[^1].End)
            {
                merged.Add(range);
                continue;
            }

            var last = merged[^1];
            var isWithin = range.End <= last.End && !last.Shown.Contains(text[range.Start..range.End], StringComparison.Ordinal);
            if (!isWithin) merged[^1] = (last.Start, Math.Max(last.End, range.End), ShownText.SecretMark);
        }

        return merged;
    }

    [GeneratedRegex("<[a-zA-Z][^<>]*>", RegexOptions.CultureInvariant)]
    private static partial Regex Mark();
}
