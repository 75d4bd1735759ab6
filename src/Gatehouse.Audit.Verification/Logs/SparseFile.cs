using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatehouse.Audit.Verification.Logs;

/// <summary>
/// Holes of files: room without bytes, which reads as zeros. A reader that passes over them does work for the bytes that are there, and not for the
/// size that a file claims. The threat: many sparse files in a copy of a log take seconds each and next to no room (CWE-400).
/// </summary>
internal static partial class SparseFile
{
    private const int SeekData = 3;
    private const int NoSuchAddress = 6; // ENXIO: nothing but a hole up to the end

    /// <summary>
    /// Returns the offset of the first byte that is not in a hole, from an offset on; the length of the file where there is none. Where the system
    /// or the volume does not know, that is the given offset: then zeros are read as they are.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">The first offset.</param>
    public static long NextData(SafeFileHandle file, long offset)
    {
        // Other systems have another number for the question.
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess) return offset;
        var length = RandomAccess.GetLength(file);
        if (offset >= length) return offset;
        var data = Seek(file, offset, SeekData);
        if (data < 0) return Marshal.GetLastPInvokeError() == NoSuchAddress ? length : offset;
        return Math.Max(data, offset);
    }

    // Reads name their offset, so the position that this changes is not used.
    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial long Seek(SafeFileHandle file, long offset, int whence);
}
