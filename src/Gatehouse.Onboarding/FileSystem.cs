using Gatehouse.Files;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Onboarding;

/// <summary>The acts on the real file system.</summary>
internal sealed class FileSystem : IFileSystem
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public byte[]? Read(string path)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
            if (stream.Length > BoundedFile.MostBytes) throw new IOException($"{path} is larger than 8 MiB");
            var bytes = new byte[stream.Length];
            return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Create(string path, ReadOnlySpan<byte> bytes, string? like)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Private;
        using var file = new FileStream(path, options);
        file.Write(bytes);
        if (like is not null && !OperatingSystem.IsWindows())
        {
            PosixFile.KeepGroup(path, like);
            // After the group: a change of the group may take rights away.
            File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(like));
        }

        // On the disk before it has its name: after a loss of power there is the old file or the new one.
        file.Flush(flushToDisk: true);
    }

    public void Replace(string temporary, string path)
    {
        // On Windows the rights of the file stay with its name; elsewhere the new file was given them.
        if (OperatingSystem.IsWindows() && File.Exists(path)) File.Replace(temporary, path, null);
        else File.Move(temporary, path, overwrite: true);
        _ = PosixFile.SyncFolder(Path.GetDirectoryName(path)!);
    }

    public void Delete(string path) => File.Delete(path);
}
