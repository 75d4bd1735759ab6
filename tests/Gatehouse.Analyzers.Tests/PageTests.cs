using System.Globalization;
using System.Text.RegularExpressions;
using Gatehouse.Analyzers.Findings;

namespace Gatehouse.Analyzers.Tests;

public sealed partial class PageTests
{
    [Fact]
    public void Page_HasEachRuleWithItsTitle_AndAnExample()
    {
        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "analyser.md"));
        Assert.Equal(Rules.All.Select(rule => $"{rule.Id} {rule.Title.ToString(CultureInfo.InvariantCulture)}"),
            Row().Matches(page).Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}"));
        Assert.All(Rules.All, rule =>
        {
            Assert.Contains($"\n## {rule.Id}\n", page, StringComparison.Ordinal);
            Assert.Equal($"docs/authors/analyser.md#{rule.Id.ToLowerInvariant()}", rule.HelpLinkUri);
        });
    }

    [GeneratedRegex(@"^\| \[(GHA[0-9]{4})\]\([^)]*\) \| ([^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
