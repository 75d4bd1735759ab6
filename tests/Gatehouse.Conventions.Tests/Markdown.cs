using System.Text.RegularExpressions;

namespace Gatehouse.Conventions.Tests;

/// <summary>What the tests read from pages.</summary>
internal static partial class Markdown
{
    /// <summary>Fenced blocks: language, text, and whether the line before them is the given mark.</summary>
    public static IEnumerable<(string Language, string Text, string Before, int Line)> Blocks(string page)
    {
        var lines = page.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var opening = lines[i].TrimStart();
            if (!opening.StartsWith("```", StringComparison.Ordinal)) continue;
            var indent = lines[i].Length - opening.Length;
            var before = i == 0 ? "" : lines[i - 1].Trim();
            var start = i + 1;
            for (i++; i < lines.Length && lines[i].Trim() != "```"; i++)
            {
            }

            var text = lines[start..Math.Min(i, lines.Length)].Select(line => line.Length >= indent ? line[indent..] : line.TrimStart());
            yield return (opening[3..].Trim(), string.Join('\n', text) + "\n", before, start);
        }
    }

    /// <summary>The page without its fenced blocks.</summary>
    public static string Prose(string page)
    {
        var inside = false;
        return string.Join('\n', page.Split('\n').Where(line =>
        {
            if (!line.TrimStart().StartsWith("```", StringComparison.Ordinal)) return !inside;
            inside = !inside;
            return false;
        }));
    }

    /// <summary>Targets of links, as written.</summary>
    public static IEnumerable<string> Links(string page) =>
        LinkForm().Matches(CodeForm().Replace(Prose(page), "")).Select(match => match.Groups[1].Value);

    /// <summary>Texts between single backticks.</summary>
    public static IEnumerable<string> Code(string page) => CodeForm().Matches(Prose(page)).Select(match => match.Groups[1].Value);

    /// <summary>Cells of the rows of all tables, without headings' rules.</summary>
    public static IEnumerable<string[]> Rows(string page) =>
        Prose(page).Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());

    /// <summary>Anchors of the headings, as the usual renderers make them.</summary>
    public static IEnumerable<string> Anchors(string page) =>
        Prose(page).Split('\n').Where(line => line.StartsWith('#'))
            .Select(line => NotInAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex LinkForm();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex CodeForm();

    [GeneratedRegex(@"[^a-z0-9 _-]")]
    private static partial Regex NotInAnchor();
}
