namespace Gatehouse.Conventions.Tests;

/// <summary>A reader who begins at README.md finds every page of the documentation with two clicks.</summary>
public sealed class ReachTests
{
    private const string Start = "README.md";

    [Fact]
    public void EveryPage_IsAtMostTwoClicksFromTheReadme()
    {
        var first = Links(Start).ToHashSet(StringComparer.Ordinal);
        var reached = first.Concat(first.SelectMany(Links)).Append(Start).ToHashSet(StringComparer.Ordinal);
        Repository.RequireNone(
            from page in Repository.Files("docs", ".md").Append("src/Gatehouse.Protocol/DESIGN.md")
            where !reached.Contains(page)
            select $"{page} is deeper than two clicks from {Start}: link it from docs/README.md, or a decision from docs/decisions/README.md");
    }

    [Fact]
    public void Index_NamesEveryPageButDecisionsItself()
    {
        var named = Links("docs/README.md").ToHashSet(StringComparer.Ordinal);
        Repository.RequireNone(
            from page in Repository.Files("docs", ".md")
            where page != "docs/README.md" && !page.StartsWith("docs/decisions/0", StringComparison.Ordinal) && !named.Contains(page)
            select $"docs/README.md does not link {page}");
    }

    /// <summary>Pages that a page links to, relative to the root of the repository.</summary>
    private static IEnumerable<string> Links(string page) =>
        from link in Markdown.Links(Repository.Read(page))
        where !link.Contains("://", StringComparison.Ordinal)
        let path = link.Split('#')[0]
        where path.EndsWith(".md", StringComparison.Ordinal)
        let target = Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page) ?? "", path))
        where File.Exists(target)
        select Path.GetRelativePath(Repository.Root, target).Replace('\\', '/');
}
