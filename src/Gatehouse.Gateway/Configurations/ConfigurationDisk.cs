using Gatehouse.Configuration.Texts;
using Gatehouse.Files;

namespace Gatehouse.Gateway.Configurations;

/// <summary>The files on the disk at the paths of a stored configuration.</summary>
internal static class ConfigurationDisk
{
    private static readonly string[] ControlFolders = [".git", ".hg", ".jj", ".svn"];

    /// <summary>Reads the files that are there. One that is larger than any configuration is refused.</summary>
    /// <exception cref="IOException">A file cannot be read, or is a pipe or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read a file.</exception>
    public static IReadOnlyList<SnapshotFile> Read(ConfigurationTexts stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return
        [
            .. FilesOf(stored).Select(file => ReadOne(file) is { } bytes ? new SnapshotFile(file.Part, file.Path, bytes) : null)
                .OfType<SnapshotFile>(),
        ];
    }

    /// <summary>Returns the paths whose text is neither the one in force nor the stored one: it would be lost.</summary>
    public static IReadOnlyList<string> ChangedSince(
        IReadOnlyList<SnapshotFile> present, ConfigurationTexts inForce, ConfigurationTexts stored) =>
    [
        .. present.Where(file => !Same(file, inForce.Find(file.Path)) && !Same(file, stored.Find(file.Path))).Select(file => file.Path),
    ];

    /// <summary>Returns the stored files whose text on the disk is another one, or which are not there.</summary>
    public static IReadOnlyList<SnapshotFile> Differing(IReadOnlyList<SnapshotFile> present, ConfigurationTexts stored) =>
        [.. FilesOf(stored).Where(file => !Same(file, present.FirstOrDefault(one => one.Path == file.Path)))];

    /// <summary>Returns the folder whose version control has one of these files, or null.</summary>
    public static string? VersionControl(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            for (var folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
            {
                if (Array.Exists(ControlFolders, name => Path.Exists(Path.Combine(folder, name)))) return folder;
            }
        }

        return null;
    }

    /// <summary>Requires that the files are as they were read before.</summary>
    /// <exception cref="IOException">One is not: an edit that was made meanwhile would be lost.</exception>
    public static void RequireUnchanged(IReadOnlyList<SnapshotFile> before, ConfigurationTexts stored)
    {
        var now = Read(stored);
        var changed = now.FirstOrDefault(file => !Same(file, before.FirstOrDefault(one => one.Path == file.Path)));
        if (changed is not null || now.Count != before.Count)
            throw new IOException($"{changed?.Path ?? "a file of the configuration"} was changed during the rollback; nothing was replaced");
    }

    private static IEnumerable<SnapshotFile> FilesOf(ConfigurationTexts stored) => stored.Files.Where(file => file.Part != SnapshotPart.Outside);

    private static bool Same(SnapshotFile file, SnapshotFile? other) => other is not null && file.Content.Span.SequenceEqual(other.Content.Span);

    private static byte[]? ReadOne(SnapshotFile file)
    {
        try
        {
            using var stream = RegularFile.OpenRead(file.Path);
            if (stream.Length > ConfigurationStore.MostConfigurationBytes) throw new IOException($"{file.Path} is larger than 20 MiB");
            var bytes = new byte[stream.Length];
            return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
