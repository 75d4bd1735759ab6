using System.Runtime.InteropServices;

namespace Gatehouse.Audit.Verification.Logs;

/// <summary>Kinds of what a path names.</summary>
internal enum PathKind
{
    /// <summary>There is nothing.</summary>
    Absent,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A link, a pipe, a device or a socket.</summary>
    Other,
}

/// <summary>The kind of what a path names, asked without opening it and without following a link: to open a pipe waits for its writer.</summary>
internal static partial class FileKind
{
    private const int CurrentFolder = -100;
    private const int NotThroughLinks = 0x100;
    private const uint KindAlone = 1;
    private const uint OwnerAlone = 8;
    private const int OwnerOffset = 20;
    private const int ModeOffset = 28;
    private const int KindMask = 0xf000;
    private const int RegularKind = 0x8000;

    /// <summary>True for a regular file. Only on Linux does the check recognize pipes and devices.</summary>
    /// <exception cref="IOException">The path is not there, or the system does not say what it is.</exception>
    public static bool IsRegular(string path) => Of(File.GetAttributes(path), path) == PathKind.File;

    /// <summary>Requires a regular file.</summary>
    /// <exception cref="IOException">There is none, or the system does not say what the path names. The message names it.</exception>
    public static void RequireRegular(string path)
    {
        switch (Of(path))
        {
            case PathKind.Absent:
                throw new IOException($"{path} does not exist");
            case PathKind.Folder:
                throw new IOException($"{path} is a folder");
            case PathKind.Other:
                throw new IOException($"{path} is not a regular file; it was not read");
        }
    }

    /// <summary>Returns the kind of a path. The last part of it is not followed where it is a link.</summary>
    /// <exception cref="IOException">The system does not say what it is.</exception>
    public static PathKind Of(string path)
    {
        try
        {
            return Of(File.GetAttributes(path), path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return PathKind.Absent;
        }
    }

    /// <summary>Returns whether a path belongs to the account of the administrator (0). False where the system does not say so.</summary>
    public static bool IsOfRoot(string path)
    {
        if (!OperatingSystem.IsLinux()) return false;
        Span<byte> answer = stackalloc byte[256];
        return Statx(CurrentFolder, path, NotThroughLinks, OwnerAlone, ref MemoryMarshal.GetReference(answer)) == 0
            && (MemoryMarshal.Read<uint>(answer) & OwnerAlone) != 0 && MemoryMarshal.Read<uint>(answer[OwnerOffset..]) == 0;
    }

    private static PathKind Of(FileAttributes attributes, string path)
    {
        if ((attributes & (FileAttributes.ReparsePoint | FileAttributes.Device)) != 0) return PathKind.Other;
        if ((attributes & FileAttributes.Directory) != 0) return PathKind.Folder;
        return !OperatingSystem.IsLinux() || IsRegularHere(path) ? PathKind.File : PathKind.Other;
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
