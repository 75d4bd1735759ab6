using System.Buffers;
using System.Text.RegularExpressions;
using Gatehouse.Detection.Secrets;

namespace Gatehouse.Configuration.Texts;

/// <summary>
/// Values that are hidden at their places. They are hidden wherever else they are: in a comment, behind another key, in another file, and in the
/// other version of a comparison.
/// </summary>
/// <remarks>
/// A secret of <see cref="ShortestWithin"/> characters is found within a word as well. Shorter ones, and values that only nothing shows to be harmless,
/// are found as words of their own: <c>team</c> is no part of <c>teams</c>.
/// </remarks>
internal sealed partial class HiddenValues
{
    /// <summary>The fewest characters of a value that is hidden elsewhere. Shorter ones would be found in other texts by chance.</summary>
    public const int Shortest = 4;

    /// <summary>The fewest characters of a secret that is found within a word.</summary>
    public const int ShortestWithin = 6;

    private readonly Dictionary<string, string> marks = new(StringComparer.Ordinal);
    private readonly SortedSet<int> lengths = [];

    /// <summary>Adds a hidden value: each of its lines, and what is assigned in it (<c>user:VALUE</c>, <c>NAME=VALUE</c>).</summary>
    /// <param name="value">The value, without the quotes of its source.</param>
    /// <param name="mark">The text that is shown in its place.</param>
    public void Add(string value, string mark)
    {
        foreach (var line in value.Split('\n'))
        {
            AddOne(line.Trim().Trim('"', '\''), mark);
            foreach (Match assigned in Assigned().Matches(line))
            {
                if (!HarmlessValue.HasForm(assigned.Groups[1].Value)) AddOne(assigned.Groups[1].Value, mark);
            }
        }
    }

    /// <summary>Hides each place of a text at which one of the values is.</summary>
    public void HideIn(string text, HiddenRanges hidden)
    {
        if (marks.Count == 0) return;
        var search = SearchValues.Create([.. marks.Keys], StringComparison.Ordinal);
        var byText = marks.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var at = 0; text.AsSpan(at).IndexOfAny(search) is >= 0 and var next; at++)
        {
            at += next;
            foreach (var length in lengths)
            {
                if (length > text.Length - at) break;
                if (byText.TryGetValue(text.AsSpan(at, length), out var mark) && IsFound(text, at, length, mark))
                    hidden.AddRepeat(at, at + length, mark);
            }
        }
    }

    private static bool IsFound(string text, int at, int length, string mark) =>
        (mark == ShownText.SecretMark && length >= ShortestWithin) || (IsEdge(text, at - 1, at) && IsEdge(text, at + length, at + length - 1));

    // Outside the text, or a sign on one of the two sides.
    private static bool IsEdge(string text, int outside, int inside) =>
        outside < 0 || outside == text.Length || !char.IsLetterOrDigit(text[outside]) || !char.IsLetterOrDigit(text[inside]);

    private void AddOne(string value, string mark)
    {
        if (value.Length < Shortest) return;
        if (mark == ShownText.SecretMark || !marks.ContainsKey(value)) marks[value] = mark;
        lengths.Add(value.Length);
    }

    // Also behind the scheme of a header (RFC 9110, section 11.4).
    [GeneratedRegex(@"(?:^[ \t]*(?:Bearer|Basic|Token)[ \t]+|[=:][ \t]*(?:(?:Bearer|Basic|Token)[ \t]+)?[""']?)([^\s,;&""'=@/][^\s,;&""'=@]{3,})",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Assigned();
}
