using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>Files and folders that are only for the user. On Windows the rights of the user's profile hold instead of modes.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;
    private const UnixFileMode Others = ~OwnerFolder & (UnixFileMode)0b111_111_111;

    /// <summary>Makes the folder, 0700, where it is missing.</summary>
    /// <exception cref="StoreException">Others have rights to the folder: they could replace the file or read its log.</exception>
    public static void PrepareFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else if (!Directory.Exists(folder))
            Directory.CreateDirectory(folder, OwnerFolder);
        else if ((File.GetUnixFileMode(folder) & Others) != 0)
            throw new StoreException($"The folder {folder} is open to other users. Run: chmod 700 {Quote(folder)} (or name a folder of its own).");
    }

    /// <summary>Makes a new file, 0600.</summary>
    /// <exception cref="IOException">There is a file already.</exception>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerFile;
        return new FileStream(path, options);
    }

    /// <exception cref="StoreException">Others have rights to the file.</exception>
    public static void RefuseOthers(string path)
    {
        if (!OperatingSystem.IsWindows())
            RefuseOthers(path, File.GetUnixFileMode(path));
    }

    /// <summary>Judges the file that was opened, not the one that has its name by now.</summary>
    /// <exception cref="StoreException">Others have rights to the file.</exception>
    public static void RefuseOthers(FileStream file)
    {
        if (!OperatingSystem.IsWindows())
            RefuseOthers(file.Name, File.GetUnixFileMode(file.SafeFileHandle));
    }

    /// <summary>Returns a path as one word of a shell, for remedies that are copied to one.</summary>
    public static string Quote(string path) => $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static void RefuseOthers(string path, UnixFileMode mode)
    {
        if ((mode & Others) != 0)
            throw new StoreException(
                $"The file {path} is open to other users (mode {Convert.ToString((int)mode & 0b111_111_111, 8)}). Run: chmod 600 {Quote(path)}");
    }
}
