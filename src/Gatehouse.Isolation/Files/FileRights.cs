using System.Runtime.Versioning;

namespace Gatehouse.Isolation.Files;

/// <summary>The other accounts that may write a file: an account that may decides its effect.</summary>
public static class FileRights
{
    // Deeper than any path that a system accepts, with its links.
    private const int MostPlaces = 4096;

    /// <summary>Returns the reason why a program next to another is not started in its name, or null where there is none.</summary>
    /// <param name="path">The program.</param>
    /// <param name="beside">The running program that is to start it.</param>
    public static string? RefuseProgram(string path, string beside)
    {
        if (new FileInfo(path).LinkTarget is { } target) return $"it is a link to {target}";
        if (!File.Exists(path) || PosixFile.IsRegular(path) == false) return "it is not a regular file";
        if (OperatingSystem.IsWindows()) return null;
        if (WrittenByOthers(path) is { } written) return $"{written}; remove that right: chmod go-w";
        // In a folder that others may add to, the owner distinguishes our file from theirs.
        return PosixFile.UserOf(path) is { } owner && owner != 0 && owner != PosixFile.CurrentUser
            && owner != PosixFile.UserOf(beside) ? $"it belongs to account {owner}" : null;
    }

    /// <summary>
    /// Returns the reason why another account decides what a path leads to, or null where none does: it may write the file, or a folder on the way
    /// from the root, and put another file in its place. The targets of links are judged with the folders that lead to them.
    /// </summary>
    /// <param name="path">An absolute path of a file that exists.</param>
    public static string? RefusePlace(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (OperatingSystem.IsWindows()) return null;
        var judged = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([Path.GetFullPath(path)]);
        while (open.TryPop(out var place))
        {
            if (!judged.Add(place)) continue;
            if (judged.Count > MostPlaces) return $"{path} leads through more than {MostPlaces} folders and links";
            var above = Path.GetDirectoryName(place);
            if (above is not null) open.Push(above);
            if (new FileInfo(place).LinkTarget is { } target) open.Push(Path.GetFullPath(target, above!)); // a link has no rights of its own
            else if (WrittenByStrangers(place) is { } written) return written;
        }

        return null;
    }

    // In a folder with the sticky bit, only the owner of an entry can replace it.
    [UnsupportedOSPlatform("windows")]
    private static string? WrittenByStrangers(string place)
    {
        if (Directory.Exists(place) && File.GetUnixFileMode(place).HasFlag(UnixFileMode.StickyBit)) return null;
        return WrittenByOthers(place) is { } written
            ? $"{place}: {written}, and what they put there would run with your rights. Remove that right: chmod go-w {place}" : null;
    }

    /// <summary>
    /// Returns the accounts other than the owner that may write it, or null for none. Where each person has a group of their own, its number is the
    /// person's. Any other group has other members.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    internal static string? WrittenByOthers(string path)
    {
        var mode = File.GetUnixFileMode(path);
        if (mode.HasFlag(UnixFileMode.OtherWrite)) return "all accounts may write it";
        return mode.HasFlag(UnixFileMode.GroupWrite) && PosixFile.Facts(path) is var facts
            && (facts is null || facts.Group != facts.User) ? "a group may write it" : null;
    }
}
