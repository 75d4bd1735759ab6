using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.Configuration.Texts;

/// <summary>Ranges of a text that are not shown, each with the text in its place. Ranges that meet are one.</summary>
internal sealed class HiddenRanges(string text)
{
    // Shorter ones would be found in other words.
    private const int ShortestRepeated = 6;

    private readonly List<(int Start, int End, string Shown)> ranges = [];

    /// <summary>Hides a range. Space at its end stays, because a block of YAML ends behind its last line break.</summary>
    public void Add(int start, int end, string shown)
    {
        while (end > start && char.IsWhiteSpace(text[end - 1])) end--;
        if (end > start) ranges.Add((start, end, shown));
    }

    /// <summary>Hides what a group of a pattern found.</summary>
    public void Add(Group group, string shown) => Add(group.Index, group.Index + group.Length, shown);

    /// <summary>Hides the secrets among the hidden texts wherever else they are, in a comment for example.</summary>
    public void AddRepeated()
    {
        foreach (var secret in ranges.Where(range => range.Shown == ShownText.SecretMark).Select(range => text[range.Start..range.End].Trim('"', '\''))
            .Where(secret => secret.Length >= ShortestRepeated && !secret.Contains('\n', StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal))
        {
            for (var at = 0; (at = text.IndexOf(secret, at, StringComparison.Ordinal)) >= 0; at += secret.Length)
                Add(at, at + secret.Length, ShownText.SecretMark);
        }
    }

    /// <summary>Returns the text with what is shown in place of the ranges.</summary>
    public string Replaced()
    {
        if (ranges.Count == 0) return text;
        var shown = new StringBuilder(text.Length);
        var at = 0;
        foreach (var (start, end, instead) in Merged())
        {
            shown.Append(text, at, start - at).Append(instead);
            at = end;
        }

        return shown.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>Returns the lines. What is hidden belongs to the line on which it begins.</summary>
    public IReadOnlyList<ShownLine> Lines()
    {
        var lines = new List<ShownLine>();
        var (shown, hidden) = (new StringBuilder(), new StringBuilder());
        var at = 0;
        foreach (var (start, end, instead) in Merged())
        {
            Plain(text[at..start]);
            shown.Append(instead);
            hidden.Append(text, start, end - start).Append('\0');
            at = end;
        }

        Plain(text[at..]);
        if (shown.Length > 0 || hidden.Length > 0) Flush();
        return lines;

        void Plain(string part)
        {
            var pieces = part.Split('\n');
            for (var i = 0; i < pieces.Length; i++)
            {
                if (i > 0) Flush();
                shown.Append(pieces[i]);
            }
        }

        void Flush()
        {
            lines.Add(new ShownLine(shown.ToString(), hidden.ToString()));
            shown.Clear();
            hidden.Clear();
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
}
