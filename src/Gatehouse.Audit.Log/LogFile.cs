using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatehouse.Audit.Log;

/// <summary>A file on disk, readable and writable by its owner only.</summary>
internal sealed partial class LogFile : ILogFile
{
    private readonly SafeFileHandle handle;
    private readonly FileStream? owner; // keeps the handle open: only FileStream makes a file with a mode

    private LogFile(SafeFileHandle handle, FileStream? owner = null) => (this.handle, this.owner) = (handle, owner);

    public long Length => RandomAccess.GetLength(handle);

    public static LogFile Create(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var stream = new FileStream(path, options);
        return new LogFile(stream.SafeFileHandle, stream);
    }

    public static LogFile Open(string path) => new(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>Opens a file whose bytes are only to be synced. Windows asks for the right to write.</summary>
    public static LogFile OpenToSync(string path) =>
        new(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>Opens a folder, on Linux only.</summary>
    public static SafeFileHandle OpenFolder(string path)
    {
        var descriptor = OpenFolder(path, 0x10000 /* O_DIRECTORY */ | 0x80000 /* O_CLOEXEC */);
        if (descriptor < 0)
        {
            const int Absent = 2; // ENOENT
            var error = Marshal.GetLastPInvokeError();
            var message = $"the folder {path} cannot be opened to be synced: errno {error}";
            throw error == Absent ? new DirectoryNotFoundException(message) : new IOException(message);
        }

        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Returns when the names in a folder are on stable storage.</summary>
    public static void SyncFolder(string path)
    {
        if (!OperatingSystem.IsLinux()) return; // elsewhere a folder cannot be synced by this means
        using var folder = OpenFolder(path);
        Call(folder, FSync, "fsync of the folder");
    }

    /// <summary>
    /// Returns when everything on the volume of a folder is on stable storage. Linux 5.8 and later report what was lost since the folder was opened.
    /// </summary>
    public static void SyncVolume(SafeFileHandle folder) => Call(folder, SyncFs, "syncfs");

    public int Read(long offset, Span<byte> bytes)
    {
        var done = 0;
        while (done < bytes.Length && RandomAccess.Read(handle, bytes[done..], offset + done) is > 0 and var read) done += read;
        return done;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(handle, bytes, offset);

    public void Sync()
    {
        // fdatasync leaves out the time stamps: one journal write less for each commit.
        if (OperatingSystem.IsLinux()) Call(handle, FDataSync, "fdatasync");
        else RandomAccess.FlushToDisk(handle);
    }

    public void Truncate(long length) => RandomAccess.SetLength(handle, length);

    public void Dispose()
    {
        owner?.Dispose();
        handle.Dispose();
    }

    private static void Call(SafeFileHandle handle, Func<int, int> call, string name)
    {
        var added = false;
        handle.DangerousAddRef(ref added);
        try
        {
            if (call(handle.DangerousGetHandle().ToInt32()) != 0) throw new IOException($"{name} failed with errno {Marshal.GetLastPInvokeError()}");
        }
        finally
        {
            handle.DangerousRelease();
        }
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncFs(int descriptor);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);
}
