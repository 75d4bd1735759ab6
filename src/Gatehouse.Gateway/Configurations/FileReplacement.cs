using System.Globalization;
using System.Security.Cryptography;
using Gatehouse.Configuration.Texts;
using Gatehouse.Files;

namespace Gatehouse.Gateway.Configurations;

/// <summary>
/// New contents of configuration files, staged beside them on the disk. All that usually fails (rights, room, a read-only volume) fails while they
/// are staged. <see cref="Commit"/> only renames.
/// </summary>
internal sealed class FileReplacement : IDisposable
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly List<(string Temporary, string Path)> staged = [];

    private FileReplacement()
    {
    }

    /// <summary>The paths of the files that are replaced.</summary>
    public IReadOnlyList<string> Paths => [.. staged.Select(one => one.Path)];

    /// <summary>Stages files. A file keeps its rights and its group; a new one is 0600.</summary>
    /// <exception cref="IOException">A file cannot be staged, or is a link. Nothing is changed then.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write a folder. Nothing is changed then.</exception>
    public static FileReplacement Stage(IEnumerable<SnapshotFile> files)
    {
        var replacement = new FileReplacement();
        try
        {
            foreach (var file in files) replacement.Add(file);
            return replacement;
        }
        catch
        {
            replacement.Dispose();
            throw;
        }
    }

    /// <summary>Gives the staged files their names. With several, the store remembers meanwhile that the files may be a mixture.</summary>
    /// <exception cref="IOException">A file could not be renamed; those before it are replaced.</exception>
    public void Commit(ConfigurationStore store, ConfigurationTexts from, ConfigurationTexts to)
    {
        if (staged.Count > 1) store.Replacement.Begin(from.FilesDigest, to.FilesDigest);
        foreach (var (temporary, path) in staged) Rename(temporary, path);
        foreach (var folder in staged.Select(one => Path.GetDirectoryName(one.Path)!).Distinct(StringComparer.Ordinal))
            _ = PosixFile.SyncFolder(folder);
        store.Replacement.End(); // also of one before it that failed: the files are those of one configuration now
        staged.Clear();
    }

    private static void Rename(string temporary, string path)
    {
        try
        {
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} could not be replaced, and files before it may be ({e.Message}); the configuration in force did not "
                + "change; put the files of one configuration in place, then run: gatehouse reload", e);
        }
    }

    /// <summary>Removes what was staged and not committed.</summary>
    public void Dispose()
    {
        foreach (var (temporary, _) in staged) File.Delete(temporary);
    }

    // A rename would replace the link by a file, and what it points to would stay as it is.
    private void Add(SnapshotFile file)
    {
        if (new FileInfo(file.Path).LinkTarget is { } target) throw new IOException($"{file.Path} is a link to {target}");
        var isThere = File.Exists(file.Path);
        // The mode of a read-only file is a decision, even where the folder lets this account exchange the file.
        if (isThere && !OperatingSystem.IsWindows() && !File.GetUnixFileMode(file.Path).HasFlag(UnixFileMode.UserWrite))
            throw new IOException($"{file.Path} is read-only");
        // The rename would make the file this account's, and with it who may change the configuration later.
        if (isThere && PosixFile.UserOf(file.Path) is { } owner && owner != PosixFile.CurrentUser)
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{file.Path} belongs to the account {owner}, not to the gateway's"));
        var temporary = $"{file.Path}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}.new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerFile;
        using var stream = new FileStream(temporary, options);
        staged.Add((temporary, file.Path));
        stream.Write(file.Content.Span);
        if (isThere && !OperatingSystem.IsWindows())
        {
            PosixFile.KeepGroup(temporary, file.Path);
            File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(file.Path)); // after the group, which may take rights away
        }

        stream.Flush(flushToDisk: true);
    }
}
