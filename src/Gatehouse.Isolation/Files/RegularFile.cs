using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatehouse.Isolation.Files;

/// <summary>
/// Files that are opened only if they are regular ones. To open a pipe waits for its writer, and a device may give bytes without end: whoever can put
/// one in place of a file would hold whoever reads it (CWE-400).
/// </summary>
internal static partial class RegularFile
{
    // Linux, the same on x64 and arm64 (asm-generic/fcntl.h). Reading is 0.
    private const int NotBlocking = 0x800;
    private const int NotInherited = 0x80000;
    private const int NoFile = 2;
    private const int NoFolder = 20;
    private const int NoRight = 13;
    private const int NotPermitted = 1;

    /// <summary>Opens a file for reading. On Linux its kind is asked of the open file: no exchange in between goes unseen.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read it.</exception>
    /// <exception cref="IOException">It is a folder, pipe, device or socket, or cannot be opened. The message says which path.</exception>
    public static FileStream OpenRead(string path)
    {
        if (!OperatingSystem.IsLinux()) return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        var number = Open(path, NotBlocking | NotInherited);
        if (number < 0) throw Fault(path, Marshal.GetLastPInvokeError());
        var handle = new SafeFileHandle(number, ownsHandle: true);
        if (PosixFile.IsRegular(handle)) return new FileStream(handle, FileAccess.Read);
        handle.Dispose();
        throw new IOException($"{path} is not a regular file (a folder, pipe, device or socket); it was not read");
    }

    private static Exception Fault(string path, int error) => error switch
    {
        NoFile or NoFolder => new FileNotFoundException($"{path} does not exist", path),
        NoRight or NotPermitted => new UnauthorizedAccessException($"this account may not read {path}"),
        _ => new IOException($"{path} cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}"),
    };

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);
}
