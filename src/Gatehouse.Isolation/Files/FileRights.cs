using System.Runtime.Versioning;

namespace Gatehouse.Isolation.Files;

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
