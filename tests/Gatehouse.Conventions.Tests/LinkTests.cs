namespace Gatehouse.Conventions.Tests;

public sealed class LinkTests
{
    [Fact]
    public void EveryRelativeLink_LeadsToAFileAndItsHeading() => Repository.RequireNone(
        from page in Repository.Pages
        from link in Markdown.Links(Repository.Read(page))
        where !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal)
        let fault = Fault(page, link)
        where fault is not null
        select fault);

    private static string? Fault(string page, string link)
    {
        var parts = link.Split('#', 2);
        var folder = Path.GetDirectoryName(page) ?? "";
        var target = parts[0].Length == 0
            ? page : Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, folder, parts[0])));
        if (!Repository.Exists(target)) return $"{page}: {link} leads nowhere";
        if (parts.Length == 1 || !target.EndsWith(".md", StringComparison.Ordinal)) return null;
        return Markdown.Anchors(Repository.Read(target)).Contains(parts[1]) ? null : $"{page}: {link} names no heading of {target}";
    }
}
