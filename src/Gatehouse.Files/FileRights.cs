using System.Runtime.Versioning;

namespace Gatehouse.Files;

/// <summary>The other accounts that may write a file: an account that may decides its effect.</summary>
public static class FileRights
{
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
    /// Returns the reason why another account decides what a path leads to, or null where none does: it owns or may write the file, a folder or a
    /// link on the way from the root, and can put another file in its place. The targets of links are judged with the folders that lead to them.
    /// </summary>
    /// <param name="path">An absolute path of a file that exists.</param>
    public static string? RefusePlace(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (OperatingSystem.IsWindows()) return null;
        try
        {
            foreach (var (place, target) in new LinkWalk(path).Places())
            {
                if (OwnedByStranger(place) is { } owned) return owned;
                if (target is null && WrittenByStrangers(place) is { } written) return written; // a link has no rights of its own
            }
        }
        catch (IOException fault)
        {
            return fault.Message;
        }

        return null;
    }

    /// <summary>
    /// Returns the reason why an account other than root decides what a path leads to, or null where none does. Root owns the file and each folder
    /// and link on the way from the root folder, and no group and no other account may write one. A folder with the sticky bit is refused too,
    /// because others may add files to it. Null on systems other than Linux, which have no answer.
    /// </summary>
    /// <param name="path">An absolute path of a file or a folder that exists.</param>
    public static string? RefusePlaceOfRoot(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!OperatingSystem.IsLinux()) return null;
        const int writtenByOthers = (int)(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite); // with an access list, the group's bit is its mask
        try
        {
            foreach (var (place, target) in new LinkWalk(path).Places())
            {
                if (PosixFile.Facts(place) is not { } facts) return $"{place} does not exist, or its owner cannot be read";
                if (facts.User != 0) return $"{place} belongs to account {facts.User}, not to root";
                if (target is null && (facts.Mode & writtenByOthers) != 0) return $"{place} can be written by accounts other than root";
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.Message;
        }

        return null;
    }

    /// <summary>
    /// Returns whether this account may add files to a folder, as far as the system says: true also where it has no answer. Nothing is written.
    /// </summary>
    /// <param name="folder">The folder.</param>
    public static bool MayAddTo(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return PosixFile.MayAddTo(folder) ?? true;
    }

    // An owner can change the rights at any time, and replace a link of its own also in a folder with the sticky bit.
    private static string? OwnedByStranger(string place) =>
        PosixFile.Facts(place) is { } facts && facts.User != 0 && facts.User != PosixFile.CurrentUser
            ? $"{place} belongs to account {facts.User}, and what it puts there would run with your rights. Use a place that you or root own"
            : null;

    // In a folder with the sticky bit, only the owner of the folder or of an entry can replace the entry.
    [UnsupportedOSPlatform("windows")]
    private static string? WrittenByStrangers(string place)
    {
        if (Directory.Exists(place) && File.GetUnixFileMode(place).HasFlag(UnixFileMode.StickyBit)) return null;
        return WrittenByOthers(place) is { } written
            ? $"{place}: {written}, and what they put there would run with your rights. Remove that right: chmod go-w {place}" : null;
    }

    /// <summary>
    /// Returns the accounts other than the owner that may write it, or null for none. Where each person has a group of their own, its number is the
    /// person's. Any other group has other members, and so has the group of another account. Of a file with an access list, the rights of the group
    /// are the most that any entry of the list gives (acl(5)).
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    internal static string? WrittenByOthers(string path)
    {
        var mode = File.GetUnixFileMode(path);
        if (mode.HasFlag(UnixFileMode.OtherWrite)) return "all accounts may write it";
        if (!mode.HasFlag(UnixFileMode.GroupWrite)) return null;
        if (PosixFile.HasAccessList(path)) return "its access list may let others write it";
        return PosixFile.Facts(path) is { } facts && facts.Group == facts.User && facts.User == PosixFile.CurrentUser ? null : "a group may write it";
    }
}
