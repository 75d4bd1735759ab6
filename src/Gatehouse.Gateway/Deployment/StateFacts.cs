using Gatehouse.Files;

namespace Gatehouse.Gateway.Deployment;

/// <summary>Facts about the state folder, or about the nearest folder above where it does not exist yet.</summary>
/// <param name="Folder">The state folder.</param>
/// <param name="Exists">True where it exists.</param>
internal sealed record StateFacts(string Folder, bool Exists)
{
    /// <summary>The file that is where the folder or a folder above it has to be; null for none.</summary>
    public string? FileInPlace { get; init; }

    /// <summary>The number of its owner; null where it does not exist or the system does not say it.</summary>
    public uint? Owner { get; init; }

    /// <summary>Its rights; null where it does not exist, and on Windows.</summary>
    public UnixFileMode? Mode { get; init; }

    /// <summary>Its file system; null where the system does not say it.</summary>
    public FileSystemMount? Mount { get; init; }

    /// <summary>The free bytes for this account; null where the system does not say it.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>The reason why a file cannot be written to stable storage there; null where one was, and was removed again.</summary>
    public string? SyncFault { get; init; }

    /// <summary>Reads the facts. A small file is written to the disk, and removed.</summary>
    /// <param name="folder">The state folder.</param>
    /// <param name="mounts">The text of <c>/proc/self/mountinfo</c>; null on other systems.</param>
    public static StateFacts Read(string folder, string? mounts)
    {
        var full = Path.GetFullPath(folder);
        var there = full;
        string? file = null;
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } above)
        {
            if (File.Exists(there) || new FileInfo(there).LinkTarget is not null) file = there;
            there = above;
        }

        var exists = there == full;
        return new StateFacts(full, exists)
        {
            FileInPlace = file,
            Owner = exists ? PosixFile.UserOf(full) : null,
            Mode = exists && !OperatingSystem.IsWindows() ? File.GetUnixFileMode(full) : null,
            Mount = mounts is null ? null : FileSystemMount.Of(mounts, Real(there)),
            FreeBytes = Free(there),
            SyncFault = SyncFaultOf(there),
        };
    }

    private static string Real(string folder)
    {
        try
        {
            return new LinkWalk(folder).Places().Last(static place => place.Target is null).Place;
        }
        catch (IOException)
        {
            return folder; // more links than the system follows: the other facts say that nothing is there
        }
    }

    private static long? Free(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static string? SyncFaultOf(string folder)
    {
        // A name that no other process guesses. It is not drawn by OpenSSL: a missing one is what the doctor reports.
        var path = Path.Join(folder, $"doctor-{Path.GetRandomFileName()}");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new FileStream(path, options);
            file.WriteByte(0);
            file.Flush(flushToDisk: true);
            return PosixFile.SyncFolder(folder) ? null : $"the names in {folder} cannot be written to stable storage";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
