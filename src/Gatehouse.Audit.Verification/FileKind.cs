using System.Runtime.InteropServices;

namespace Gatehouse.Audit.Verification;

/// <summary>Whether a path is a regular file, asked without opening it and without following a link: to open a pipe waits for its writer.</summary>
internal static partial class FileKind
{
    private const int CurrentFolder = -100;
    private const int NotThroughLinks = 0x100;
    private const uint KindAlone = 1;
    private const int ModeOffset = 28;
    private const int KindMask = 0xf000;
    private const int RegularKind = 0x8000;

    /// <summary>True for a regular file; pipes and devices are told from one on Linux alone.</summary>
    /// <exception cref="IOException">The path is not there, or the system does not say what it is.</exception>
    public static bool IsRegular(string path)
    {
        if ((File.GetAttributes(path) & (FileAttributes.Directory | FileAttributes.ReparsePoint | FileAttributes.Device)) != 0) return false;
        return !OperatingSystem.IsLinux() || IsRegularHere(path);
    }

    // statx is the one call whose layout is the same on every architecture (linux/stat.h).
    private static bool IsRegularHere(string path)
    {
        Span<byte> answer = stackalloc byte[256];
        if (Statx(CurrentFolder, path, NotThroughLinks, KindAlone, ref MemoryMarshal.GetReference(answer)) != 0)
            throw new IOException($"{path}: the system does not report its type");
        return (MemoryMarshal.Read<ushort>(answer[ModeOffset..]) & KindMask) == RegularKind;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte answer);
}
