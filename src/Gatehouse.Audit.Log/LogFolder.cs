using Microsoft.Win32.SafeHandles;

namespace Gatehouse.Audit.Log;

/// <summary>The folder of the log on disk: files of mode 0600 in folders of mode 0700. A witness keeps its state in one as well.</summary>
/// <param name="path">The folder. It is made when absent.</param>
/// <param name="what">The owner of the folder, for messages.</param>
public sealed class LogFolder(string path, string what = "the audit log") : ILogFolder
{
    private const string LockName = "lock";
    private const string Unfinished = ".unfinished";

    private readonly string root = Path.GetFullPath(path);
    private FileStream? held;
    private SafeFileHandle? volume; // opened before anything is written: it reports the errors since then

    /// <inheritdoc />
    public void Acquire()
    {
        if (held is not null) return;
        Make(root);
        _ = Directory.GetFileSystemEntries(root).Length; // a folder that cannot be read must not look empty
        if (OperatingSystem.IsLinux()) volume ??= LogFile.OpenFolder(root);
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            held = new FileStream(Path.Combine(root, LockName), options);
        }
        catch (IOException e)
        {
            throw new IOException($"another process writes {what} in {root}; end it, or give each process a folder of its own", e);
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<LogFileInfo> Files(string folder)
    {
        var place = new DirectoryInfo(Full(folder));
        if (!place.Exists) return [];
        return [.. place.EnumerateFiles().Where(file => !file.Name.EndsWith(Unfinished, StringComparison.Ordinal))
            .Select(file => new LogFileInfo(file.Name, file.Length)).OrderBy(file => file.Name, StringComparer.Ordinal)];
    }

    /// <inheritdoc />
    public IReadOnlyList<string> Folders(string folder)
    {
        var place = new DirectoryInfo(Full(folder));
        return place.Exists ? [.. place.EnumerateDirectories().Select(one => one.Name).Order(StringComparer.Ordinal)] : [];
    }

    /// <inheritdoc />
    public ILogFile Create(string path)
    {
        var full = Full(path);
        Make(Path.GetDirectoryName(full)!);
        return LogFile.Create(full);
    }

    /// <inheritdoc />
    public ILogFile? Open(string path)
    {
        try
        {
            return LogFile.Open(Full(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public void Put(string path, ReadOnlySpan<byte> bytes, bool isDurable)
    {
        var full = Full(path);
        var folder = Path.GetDirectoryName(full)!;
        using (var file = CreateUnfinished(full + Unfinished, folder))
        {
            file.Write(0, bytes);
            if (isDurable) file.Sync();
        }

        File.Move(full + Unfinished, full, overwrite: true);
        if (isDurable) LogFile.SyncFolder(folder);
    }

    // Nearly always the folder is there and the file is not: to look first would cost more than the file itself.
    private static LogFile CreateUnfinished(string path, string folder)
    {
        try
        {
            return LogFile.Create(path);
        }
        catch (IOException e) when (e is DirectoryNotFoundException || File.Exists(path))
        {
            Make(folder);
            File.Delete(path); // of a process that ended within this
            return LogFile.Create(path);
        }
    }

    /// <inheritdoc />
    public void Move(string path, string to)
    {
        Make(Path.GetDirectoryName(Full(to))!);
        File.Move(Full(path), Full(to), overwrite: true);
    }

    /// <inheritdoc />
    public void Delete(string path)
    {
        try
        {
            File.Delete(Full(path));
        }
        catch (DirectoryNotFoundException)
        {
            // then the file is absent too
        }
    }

    /// <inheritdoc />
    public void Sync(IReadOnlyCollection<string> paths)
    {
        // Each single sync of a file has the file system commit its journal and the disk flush its cache. One act does both for all of them.
        if (OperatingSystem.IsLinux()) LogFile.SyncVolume(volume ?? throw new IOException("the folder is not taken"));
        else SyncEach(paths);
    }

    /// <inheritdoc />
    public void SyncNames(string folder) => LogFile.SyncFolder(Full(folder));

    /// <inheritdoc />
    public (long Bytes, int Files) Usage()
    {
        var place = new DirectoryInfo(root);
        if (!place.Exists) return default;
        var (bytes, files) = (0L, 0);
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var file in place.EnumerateFiles("*", options))
        {
            try
            {
                bytes += file.Length;
                files++;
            }
            catch (FileNotFoundException)
            {
                // deleted since it was listed: the tree replaces partial tiles
            }
        }

        return (bytes, files);
    }

    /// <inheritdoc />
    public long FreeBytes()
    {
        Make(root);
        return new DriveInfo(root).AvailableFreeSpace;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        held?.Dispose();
        volume?.Dispose();
    }

    private void SyncEach(IReadOnlyCollection<string> paths)
    {
        foreach (var path in paths)
        {
            if (!File.Exists(Full(path))) continue; // deleted since, as the kept request of a person who was erased
            using var file = LogFile.OpenToSync(Full(path));
            file.Sync();
        }
    }

    // Each folder that is made is synced into the one above it: a file is not durable under a name that is not.
    private static void Make(string folder)
    {
        if (Directory.Exists(folder)) return;
        var above = Path.GetDirectoryName(folder);
        if (above is not null) Make(above);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (above is not null) LogFile.SyncFolder(above);
    }

    private string Full(string path) => Path.Combine(root, path);
}
