using Gatehouse.Files;

namespace Gatehouse.Onboarding;

/// <summary>
/// The rules for files that are edited: regular files of this person that no other account may write, reached without a link. A link would let the
/// account that placed it choose the file that is written. Rights of others would let them choose the content.
/// </summary>
internal sealed class EditRules : IEditReview
{
    public string? Refuse(string path, string tree)
    {
        try
        {
            if (new FileInfo(path) is { LinkTarget: { } target }) return $"it is a link to {target}; edit its target (--file)";
            if (!File.Exists(path)) return "the file no longer exists";
            if (Linked(path, tree) is { } folder) return $"its folder {folder} is a link; edit its target (--file)";
            return OperatingSystem.IsWindows() ? null : Rights(path, tree);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "this account may not read it";
        }
    }

    public string? Changed(EditableFile file, IFileSystem acts)
    {
        if (Refuse(file.Path, file.Tree) is { } reason) return reason;
        if (PosixFile.Facts(file.Path) != file.Facts) return "the file was replaced after it was read, or its rights changed";
        var now = acts.Read(file.Path);
        return now is null ? "it no longer exists" : now.AsSpan().SequenceEqual(file.Bytes) ? null : "it was changed after it was read";
    }

    private static string? Linked(string path, string tree)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null && folder.Length > tree.Length; folder = Path.GetDirectoryName(folder))
        {
            if (new DirectoryInfo(folder).LinkTarget is not null) return folder;
        }

        return null;
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static string? Rights(string path, string tree)
    {
        if (FileRights.WrittenByOthers(path) is { } file) return $"{file}; remove that right: chmod go-w";
        if (!File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserWrite)) return "it is read-only";
        if (PosixFile.Facts(path) is { } facts && PosixFile.CurrentUser is { } me)
        {
            if (facts.User != me) return $"it belongs to account {facts.User}";
            if (facts.Links != 1) return $"it has {facts.Links} names (hard links), and an edit would separate them";
            if (PosixFile.HasAccessList(path)) return "it has an access list, which an edit would remove";
        }

        for (var folder = Path.GetDirectoryName(path); folder is not null && folder.Length >= tree.Length; folder = Path.GetDirectoryName(folder))
        {
            if (Foreign(folder) is { } owner) return $"its folder {folder} belongs to account {owner}";
            if (!File.GetUnixFileMode(folder).HasFlag(UnixFileMode.StickyBit) && FileRights.WrittenByOthers(folder) is { } what)
                return $"its folder {folder}: {what}; remove that right: chmod go-w";
        }

        return null;
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static uint? Foreign(string folder) =>
        PosixFile.Facts(folder) is { } facts && facts.User != PosixFile.CurrentUser && facts.User != 0 ? facts.User : null;
}
