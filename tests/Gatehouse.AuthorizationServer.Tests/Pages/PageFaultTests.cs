using System.Text.RegularExpressions;
using Gatehouse.AuthorizationServer.Pages;

namespace Gatehouse.AuthorizationServer.Tests.Pages;

/// <summary>The audit log names a fault by a word that the page for auditors lists, and not by a name of the code.</summary>
public sealed class PageFaultTests
{
    [Fact]
    public void EveryFault_HasAWordOfItsOwn()
    {
        Assert.Equal(Enum.GetValues<PageFault>(), PageFaults.Slugs.Keys.Order());
        Assert.Equal(PageFaults.Slugs.Count, PageFaults.Slugs.Values.Distinct().Count());
        Assert.All(PageFaults.Slugs.Values, word => Assert.Matches("^[a-z]+(-[a-z]+)*$", word));
    }

    [Fact]
    public void ThePageOfAuditors_HasEveryWord()
    {
        var row = File.ReadAllLines(Path.Combine(Root(), "docs", "auditors", "event-model.md"))
            .Single(line => line.StartsWith("| `oauth.fault` |", StringComparison.Ordinal));
        var words = Regex.Match(row, "`fault` is one of (.*?); `cause`").Groups[1].Value;
        Assert.Equal(PageFaults.Slugs.OrderBy(pair => pair.Key).Select(pair => $"`{pair.Value}`"), words.Split(", "));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gatehouse.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
