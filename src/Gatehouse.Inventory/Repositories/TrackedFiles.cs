using Gatehouse.Files;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Repositories;

/// <summary>
/// The files that git tracks, by the index of each repository at, below and above the searched folder. git ignores no tracked file, so a secret
/// that was committed counts whatever a <c>.gitignore</c> says (CWE-538).
/// </summary>
/// <param name="root">The folder that is searched, without a separator at its end.</param>
/// <param name="ignored">The ignored files below it.</param>
internal sealed class TrackedFiles(string root, IgnoreRules ignored)
{
    private const string TogetherTooLarge = "the indexes of the searched repositories together are larger than 64 MiB";

    private readonly Dictionary<string, Repository?> repositories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> faults = new(StringComparer.Ordinal);
    private int left = GitIndex.MostBytes;

    /// <summary>Returns whether the index of a repository has the file or submodule.</summary>
    public bool IsTracked(string path) =>
        Around(Path.GetDirectoryName(path)).Any(repository => Read(repository)?.Has(Name(repository, path)) == true);

    /// <summary>Returns whether the index of a repository has a file below the folder.</summary>
    public bool HasBelow(string folder) =>
        Around(folder).Any(repository => Read(repository)?.HasBelow(Name(repository, folder)) == true);

    /// <summary>Returns the indexes that could not be read although an ignored file or folder might be in them.</summary>
    public IEnumerable<Gap> Gaps() => faults.Select(fault =>
        new Gap(fault.Key, $"{fault.Value}, so ignored files that git tracks were not searched for secrets", true));

    private static string Name(Repository repository, string path) =>
        path == repository.Folder ? "" : Path.GetRelativePath(repository.Folder, path).Replace(Path.DirectorySeparatorChar, '/');

    // The repositories that can track what is in the folder, the nearest first.
    private IEnumerable<Repository> Around(string? folder)
    {
        for (; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Of(folder) is not { } repository) continue;
            if (!repository.IsLeftOut) yield return repository;
            // Above the searched folder only the nearest repository counts.
            if (folder.Length <= root.Length) yield break;
        }
    }

    private TrackedNames? Read(Repository repository)
    {
        if (repository.Names is null) faults[repository.Index] = repository.Fault ?? "it could not be read";
        return repository.Names;
    }

    private Repository? Of(string folder)
    {
        if (repositories.TryGetValue(folder, out var known)) return known;
        var git = Path.Join(folder, ".git");
        return repositories[folder] = Directory.Exists(git) || File.Exists(git) || GitDirectory.IsLink(git) ? Read(folder, git) : null;
    }

    // A repository in an ignored folder is output of a build, such as a fetched dependency, unless the one around it tracks it as a submodule.
    private Repository Read(string folder, string git)
    {
        var isLeftOut = folder.Length > root.Length && ignored.IsFolderIgnored(folder) && !IsTracked(folder);
        if (isLeftOut) return new Repository(folder, git, null, null, true);
        if (GitDirectory.Locate(folder, root, out var fault) is not { } directory) return new Repository(folder, git, null, fault, false);
        var index = Path.Join(directory, "index");
        return new Repository(folder, index, Names(index, out fault), fault, false);
    }

    // A folder can have many repositories, and a small index can have large names: the bound is that of all names together (CWE-400).
    private TrackedNames? Names(string index, out string? fault)
    {
        var isFirst = left == GitIndex.MostBytes;
        try
        {
            fault = "it is a link";
            if (GitDirectory.IsLink(index)) return null;
            var names = GitIndex.Read(RegularFile.ReadBytes(index, left), left, out var used, out fault);
            if (used > left && !isFirst) fault = TogetherTooLarge;
            left = Math.Max(0, left - used);
            return names is null ? null : new TrackedNames(names);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            fault = null;
            return new TrackedNames([]);
        }
        catch (FileTooLargeException)
        {
            fault = isFirst ? "it is larger than 64 MiB" : TogetherTooLarge;
            return null;
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            fault = "it could not be read";
            return null;
        }
    }

    private sealed record Repository(string Folder, string Index, TrackedNames? Names, string? Fault, bool IsLeftOut);
}
