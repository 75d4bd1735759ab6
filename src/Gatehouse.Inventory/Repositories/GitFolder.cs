using System.Globalization;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Inventory.Repositories;

/// <summary>
/// Judges whether git reads the history of a repository only within its folder <c>.git</c>. A repository of others must not have the history of
/// another folder read in its name (CWE-59).
/// </summary>
internal static class GitFolder
{
    /// <summary>Most files and folders of a folder <c>.git</c> that are looked at.</summary>
    public const int MostEntries = 1_000_000;

    private const string Elsewhere =
        "its folder .git is a link, has a link that leads out of it, or has commondir or alternates, so its history was not searched";

    private const string Unreadable = "its folder .git could not be read, so its history was not searched";

    // Folders in which git looks for objects and references.
    private static readonly string[] Searched = ["info", "objects", "refs", "reftable", "worktrees"];

    // People link these two, and no list of objects depends on them.
    private static readonly string[] Unused = ["hooks", "lfs"];

    /// <summary>
    /// Returns why there is no folder <c>.git</c> whose history could be searched, and what to search instead; null where there is one.
    /// </summary>
    /// <param name="root">The folder that is searched.</param>
    public static string? ReasonOfNoFolder(string root)
    {
        if (Directory.Exists(Path.Join(root, ".git"))) return null;
        if (File.Exists(Path.Join(root, ".git")))
            return "its .git is a file, as in a linked working tree or a submodule, so its history was not searched: search the main working tree, "
                + "which 'git worktree list' names first, or a clone of the submodule";
        if (File.Exists(Path.Join(root, "HEAD")) && Directory.Exists(Path.Join(root, "objects")) && Directory.Exists(Path.Join(root, "refs")))
            return "it is a bare repository or a folder .git itself, which has no files to search: search a working tree of it, such as one of 'git clone'";
        for (var above = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root))); above is not null;
            above = Path.GetDirectoryName(above))
        {
            if (Path.Exists(Path.Join(above, ".git")))
                return $"it is a folder within the repository {above}, so its history was not searched: search the whole repository with --path {above}";
        }

        return "it is no git repository (it has no folder .git), so there is no history to search";
    }

    /// <summary>Returns why the history is not searched, or null.</summary>
    /// <param name="git">The folder <c>.git</c>.</param>
    /// <param name="most">Most files and folders.</param>
    public static string? ReasonNotToSearch(string git, int most = MostEntries)
    {
        try
        {
            return new DirectoryInfo(git).LinkTarget is not null || File.Exists(Path.Join(git, "commondir"))
                || File.Exists(Path.Join(git, "objects", "info", "alternates")) ? Elsewhere : Walk(git, most);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Unreadable;
        }
    }

    private static string TooMany(int most) => string.Create(CultureInfo.InvariantCulture,
        $"its folder .git has more than {most} files and folders, so its history was not searched");

    // A link to a folder of packs, to one object or to one reference reads as much as a link to all of them.
    private static string? Walk(string git, int most)
    {
        var top = new DirectoryInfo(git);
        var left = most;
        var waiting = new Stack<DirectoryInfo>([top]);
        while (waiting.TryPop(out var folder))
        {
            var isTop = folder == top;
            foreach (var entry in folder.EnumerateFileSystemInfos().Where(entry => !isTop || !Unused.Contains(entry.Name)))
            {
                if (--left < 0) return TooMany(most);
                if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint) && entry.LinkTarget is { } link)
                {
                    if (!IsWithin(git, folder.FullName, entry.FullName, link)) return Elsewhere;
                    continue;
                }

                if (entry is DirectoryInfo inner && (!isTop || Searched.Contains(entry.Name))) waiting.Push(inner);
            }
        }

        return null;
    }

    // git writes a link for HEAD (core.preferSymlinkRefs), whose target does not exist while the references are packed. What is behind a link to a
    // folder is looked at only where this walk comes by.
    private static bool IsWithin(string git, string folder, string path, string link)
    {
        if (BoundedFile.Target(git) is not { } root) return false;
        if (BoundedFile.Target(path) is not { } target)
            return BoundedFile.IsWithin(Path.GetFullPath(link, BoundedFile.Target(folder) ?? folder), root);
        if (!BoundedFile.IsWithin(target, root)) return false;
        return File.Exists(target) || Searched.Contains(Path.GetRelativePath(root, target).Split(Path.DirectorySeparatorChar)[0]);
    }
}
