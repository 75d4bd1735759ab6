using System.Text;
using Gatehouse.Files;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Inventory.Repositories;

/// <summary>
/// The git directory of a working tree. The <c>.git</c> of a submodule or linked working tree is a gitfile (gitrepository-layout(5)). Its target is
/// read only if it is within this or an outer repository, or if its file <c>gitdir</c> names this gitfile (CWE-59).
/// </summary>
internal static class GitDirectory
{
    private const int LongestGitfile = 4096;
    private const string Beginning = "gitdir: ";

    /// <summary>Returns the git directory, or null where it is not read.</summary>
    /// <param name="folder">The root of the working tree, which has an entry <c>.git</c>.</param>
    /// <param name="root">The folder that is searched.</param>
    /// <param name="fault">The reason why the git directory is not read.</param>
    public static string? Locate(string folder, string root, out string? fault)
    {
        var git = Path.Join(folder, ".git");
        fault = "it is a link";
        if (IsLink(git)) return null;
        fault = null;
        if (Directory.Exists(git)) return git;
        if (Target(git, folder) is { } target && (IsWithinRepository(target, folder, root) || Names(target, git))) return target;
        fault = "it leads to another folder";
        return null;
    }

    /// <summary>Returns whether the path is a link, also one to nothing.</summary>
    public static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    private static string? Target(string gitfile, string folder)
    {
        if (Text(gitfile) is not { } text || !text.StartsWith(Beginning, StringComparison.Ordinal)) return null;
        var target = text[Beginning.Length..].TrimEnd('\r', '\n');
        // A look at a path of another machine sends that machine the name of the account. Windows reads both separators alike.
        var isElsewhere = target is ['/' or '\\', '/' or '\\', ..];
        return target.Length == 0 || isElsewhere || target.Contains('\0', StringComparison.Ordinal) ? null : Path.GetFullPath(target, folder);
    }

    private static bool Names(string directory, string gitfile)
    {
        if (Text(Path.Join(directory, "gitdir"))?.TrimEnd('\r', '\n') is not { Length: > 0 } named) return false;
        if (named.Contains('\0', StringComparison.Ordinal)) return false;
        var full = Path.GetFullPath(named, directory);
        return full == gitfile || full == BoundedFile.Target(gitfile);
    }

    private static bool IsWithinRepository(string directory, string folder, string root)
    {
        if (BoundedFile.Target(directory) is not { } real) return false;
        if (BoundedFile.IsWithin(real, root)) return true;
        for (var above = Path.GetDirectoryName(folder); above is not null; above = Path.GetDirectoryName(above))
        {
            var git = Path.Join(above, ".git");
            if (!IsLink(git) && BoundedFile.IsWithin(real, git)) return true;
        }

        return false;
    }

    private static string? Text(string path)
    {
        try
        {
            return IsLink(path) ? null : Encoding.UTF8.GetString(RegularFile.ReadBytes(path, LongestGitfile));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
