using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Discovery;

/// <summary>A walk through the folders of a repository within limits. Links to folders are not followed.</summary>
internal sealed class FolderWalk(TimeProvider time, TimeSpan limit, ICollection<Gap> gaps)
{
    /// <summary>Most folders.</summary>
    public const int MostFolders = 50_000;

    /// <summary>Deepest nesting.</summary>
    public const int Deepest = 24;

    private static readonly HashSet<string> Skipped = new(StringComparer.Ordinal)
    {
        ".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__", ".tox", ".gradle", ".nuget",
    };

    /// <summary>True to enter also the folders of programs that fetch or make their content. That of git itself is never entered.</summary>
    public bool Everywhere { get; init; }

    public IEnumerable<string> Walk(string root, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var waiting = new Queue<(string Folder, int Depth)>([(root, 0)]);
        var count = 0;
        while (waiting.TryDequeue(out var next))
        {
            cancellation.ThrowIfCancellationRequested();
            if (++count > MostFolders || time.GetElapsedTime(began) > limit)
            {
                gaps.Add(new Gap(root, count > MostFolders
                    ? "it has more than 50000 folders; the rest was not scanned" : "the time limit was reached; the rest was not scanned", true));
                yield break;
            }

            yield return next.Folder;
            foreach (var child in Children(next.Folder))
            {
                if (next.Depth < Deepest) waiting.Enqueue((child, next.Depth + 1));
                else gaps.Add(new Gap(child, "nested too deep; it was not scanned", true));
            }
        }
    }

    private List<string> Children(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateDirectories().Where(child => child.LinkTarget is null
                    && !(Everywhere ? child.Name == ".git" : Skipped.Contains(child.Name)))
                .Select(child => child.FullName).Order(StringComparer.Ordinal)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            gaps.Add(new Gap(folder, "this account may not read the folder", true));
            return [];
        }
    }
}
