namespace Gatehouse.Files;

/// <summary>
/// The places that the system goes through from the root to a file: folders, links, the targets of links with the folders that lead to them. A link
/// is resolved before the component behind it, so <c>link/..</c> is the folder above the target of the link (path_resolution(7)).
/// </summary>
/// <param name="path">The path.</param>
internal sealed class LinkWalk(string path)
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    private readonly Stack<string> left = new();

    private string here = "";

    private int links;

    /// <summary>Returns the places, each with the target of a link or null for a place that is no link.</summary>
    /// <exception cref="IOException">The path leads through more links than the system follows.</exception>
    public IEnumerable<(string Place, string? Target)> Places()
    {
        Follow(Path.Join("/", Path.Combine(Environment.CurrentDirectory, path)));
        yield return ("/", null);
        while (left.TryPop(out var name))
        {
            if (name == "..")
            {
                here = here[..Math.Max(0, here.LastIndexOf('/'))];
                continue;
            }

            var place = $"{here}/{name}";
            var target = new FileInfo(place).LinkTarget;
            yield return (place, target);
            if (target is null) here = place;
            else if (++links > MostLinks) throw new IOException($"{path} leads through more than {MostLinks} links");
            else Follow(target);
        }
    }

    private void Follow(string target)
    {
        if (target.StartsWith('/')) here = "";
        foreach (var name in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(name => name != ".").Reverse()) left.Push(name);
    }
}
