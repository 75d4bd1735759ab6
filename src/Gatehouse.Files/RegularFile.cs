using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Gatehouse.Files;

/// <summary>
/// Files that are opened only if they are regular ones. To open a pipe waits for its writer, and a device may give bytes without end: whoever can put
/// one in place of a file would hold whoever reads it (CWE-400). A terminal would become the one of a process that has none, and send it signals.
/// </summary>
internal static partial class RegularFile
{
    // Linux, the same on x64 and arm64 (asm-generic/fcntl.h). Reading is 0.
    private const int Writing = 0x1;
    private const int Create = 0x40;
    private const int Exclusive = 0x80; // with Create: a link at the end of the path is not followed (open(2))
    private const int OwnerAndOthersWrite = 0x1b6; // 0666, from which the account's mask takes away
    private const int NotBlocking = 0x800;
    private const int NotInherited = 0x80000;
    private const int NoTerminal = 0x100;
    private const int UsualBuffer = 4096;
    private const int NoFile = 2;
    private const int NoFolder = 20;
    private const int NoRight = 13;
    private const int NotPermitted = 1;

    /// <summary>Opens a file for reading. On Linux its kind is asked of the open file: no exchange in between goes unseen.</summary>
    /// <param name="path">The file. Links are followed.</param>
    /// <param name="buffer">Bytes that the stream reads ahead; 0 keeps no copy of what was read.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read it.</exception>
    /// <exception cref="IOException">It is a folder, pipe, device or socket, or cannot be opened. The message says which path.</exception>
    public static FileStream OpenRead(string path, int buffer = UsualBuffer)
    {
        // The system would take the beginning of such a path for the path.
        if (path.Contains('\0', StringComparison.Ordinal)) throw new IOException("the path has a null character; no file has such a path");
        if (!OperatingSystem.IsLinux())
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, buffer);
        return Of(path, Open(path, NotBlocking | NotInherited | NoTerminal, 0), FileAccess.Read, buffer);
    }

    /// <summary>Opens a file for writing, and makes it where it is not there. A link that leads to no file makes none.</summary>
    /// <param name="path">The file. Links to files that exist are followed.</param>
    /// <exception cref="UnauthorizedAccessException">This account may not write it.</exception>
    /// <exception cref="IOException">It is a folder, pipe, device or socket, or cannot be opened. The message says which path.</exception>
    public static FileStream OpenWrite(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal)) throw new IOException("the path has a null character; no file has such a path");
        if (!OperatingSystem.IsLinux()) return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, UsualBuffer);
        const int flags = Writing | NotBlocking | NotInherited | NoTerminal;
        var number = Open(path, flags, 0);
        if (number < 0 && Marshal.GetLastPInvokeError() == NoFile) number = Open(path, flags | Create | Exclusive, OwnerAndOthersWrite);
        return Of(path, number, FileAccess.Write, UsualBuffer);
    }

    /// <summary>Reads all bytes of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="largest">The most bytes that it may have.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read it.</exception>
    /// <exception cref="FileTooLargeException">It is larger.</exception>
    /// <exception cref="IOException">It is no regular file, grew meanwhile, or cannot be read.</exception>
    public static byte[] ReadBytes(string path, int largest)
    {
        using var file = OpenRead(path);
        var bytes = new byte[Math.Min(file.Length, largest) + 1];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length < bytes.Length) return bytes[..length];
        throw length > largest ? new FileTooLargeException(path, largest) : new IOException($"{path} grew while it was read; read it again");
    }

    /// <summary>Reads a text. A byte order mark names its encoding and is no part of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="largest">The most bytes that it may have.</param>
    /// <param name="encoding">The encoding of a text without a byte order mark; null for UTF-8 that replaces what is none.</param>
    /// <exception cref="DecoderFallbackException">It has bytes that the encoding refuses.</exception>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not read it.</exception>
    /// <exception cref="FileTooLargeException">It is larger.</exception>
    /// <exception cref="IOException">It is no regular file, grew meanwhile, or cannot be read.</exception>
    public static string ReadText(string path, int largest, Encoding? encoding = null)
    {
        using var reader = new StreamReader(new MemoryStream(ReadBytes(path, largest)), encoding ?? Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static FileStream Of(string path, int number, FileAccess access, int buffer)
    {
        if (number < 0) throw Fault(path, Marshal.GetLastPInvokeError());
        var handle = new SafeFileHandle(number, ownsHandle: true);
        if (PosixFile.IsRegular(handle)) return new FileStream(handle, access, buffer);
        handle.Dispose();
        throw new IOException($"{path} is not a regular file (a folder, pipe, device or socket); it was not opened");
    }

    private static Exception Fault(string path, int error) => error switch
    {
        NoFile or NoFolder => new FileNotFoundException($"{path} does not exist", path),
        NoRight or NotPermitted => new UnauthorizedAccessException($"this account may not open {path}"),
        _ => new IOException($"{path} cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}"),
    };

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags, int mode);
}
