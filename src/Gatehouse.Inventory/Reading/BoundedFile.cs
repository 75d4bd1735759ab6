using Gatehouse.Files;
namespace Gatehouse.Inventory.Reading;

/// <summary>
/// A reader of files within limits: regular files only, no larger than <see cref="MostBytes"/>, no link that leads out of its tree.
/// </summary>
internal static class BoundedFile
{
    /// <summary>Most bytes of one file: 8 MiB. State files of clients that hold servers are large, but not larger.</summary>
    public const int MostBytes = 8 * 1024 * 1024;

    /// <summary>Reads the file, or returns why not. Null bytes and null reason: there is no such file.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="tree">Folder that a link may not leave.</param>
    /// <param name="reason">The reason why it could not be read.</param>
    public static byte[]? Read(string path, string tree, out string? reason) => Read(path, tree, ReadRegular, out reason);

    /// <summary>Reads the manifest of a packed extension under the same rules.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="tree">Folder that a link may not leave.</param>
    /// <param name="leaving">Names of entries that would be unpacked outside the archive's own folder.</param>
    /// <param name="reason">The reason why it could not be read.</param>
    /// <exception cref="ConfigFaultException">It is no such archive.</exception>
    public static byte[]? ReadPacked(string path, string tree, out IReadOnlyList<string> leaving, out string? reason)
    {
        IReadOnlyList<string> found = [];
        var bytes = Read(path, tree,
            (string target, out string? why) =>
                ReadRegular(target, PackedExtension.MostBytes, "it is larger than 512 MiB", stream => PackedExtension.Read(stream, out found),
                    out why), out reason);
        leaving = found;
        return bytes;
    }

    private delegate byte[]? Reading(string path, out string? reason);

    private static byte[]? Read(string path, string tree, Reading read, out string? reason)
    {
        reason = null;
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists && info.LinkTarget is null) return null;
            if (Target(path) is not { } target)
            {
                reason = "a link whose target does not exist";
                return null;
            }

            if (target != path && !IsWithin(target, tree))
            {
                reason = "a link that leads out of its folder; it was not followed";
                return null;
            }

            return read(target, out reason);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or System.Security.SecurityException)
        {
            reason = fault is UnauthorizedAccessException ? "this account may not read it" : "it could not be read";
            return null;
        }
    }

    /// <summary>Returns whether the real place of a path is in the real place of the folder.</summary>
    public static bool IsWithin(string path, string folder)
    {
        var root = (Target(folder) ?? folder).TrimEnd(Path.DirectorySeparatorChar);
        return path == root || path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    /// <summary>Returns the path with every link in it followed. Null when it leads nowhere or in a circle.</summary>
    public static string? Target(string path)
    {
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        var followed = 0;
        var rest = new Stack<string>(full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse());
        while (rest.TryPop(out var part))
        {
            var next = Path.Join(real, part);
            FileSystemInfo info = Directory.Exists(next) ? new DirectoryInfo(next) : new FileInfo(next);
            if (info.LinkTarget is not { } link)
            {
                if (!info.Exists) return null;
                real = next;
                continue;
            }

            if (++followed > 40) return null;
            var target = Path.GetFullPath(link, real);
            real = Path.GetPathRoot(target)!;
            foreach (var step in target[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
                rest.Push(step);
        }

        return real;
    }

    private static byte[]? ReadRegular(string path, out string? reason) => ReadRegular(path, MostBytes, "it is larger than 8 MiB", Whole, out reason);

    private static byte[] Whole(Stream stream)
    {
        var bytes = new byte[stream.Length];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    private static byte[]? ReadRegular(string path, long most, string tooLarge, Func<Stream, byte[]> read, out string? reason)
    {
        reason = null;
        // A pipe or device would block or never end; its length is 0 and its attributes say so.
        if ((File.GetAttributes(path) & (FileAttributes.Device | FileAttributes.Directory)) != 0 || IsSpecial(path))
        {
            reason = "it is not a regular file";
            return null;
        }

        using var stream = RegularFile.OpenRead(path); // the file may have been exchanged since it was asked about
        if (stream.Length <= most) return read(stream);
        reason = tooLarge;
        return null;
    }

    private static bool IsSpecial(string path) => !OperatingSystem.IsWindows() && PosixFile.IsRegular(path) == false;
}
