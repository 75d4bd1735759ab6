using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatehouse.Files;

/// <summary>The system's facts about a file: kind, owner, group, names. Linux on x64 and arm64 only; elsewhere there is no answer.</summary>
internal static partial class PosixFile
{
    private const int CurrentFolder = -100;
    private const int NotThroughLinks = 0x100;
    private const int OfTheHandle = 0x1000;
    private const uint BasicFields = 0x7ff;
    private const int KindMask = 0xf000;
    private const int RegularKind = 0x8000;
    private const int LinksOffset = 16;
    private const int UserOffset = 20;
    private const int GroupOffset = 24;
    private const int ModeOffset = 28;
    private const int NodeOffset = 32;
    private const int DeviceOffset = 136;
    private const int WriteAndSearch = 0x3; // W_OK | X_OK (unistd.h)
    private const int NotForThis = 22; // EINVAL (errno.h)
    private const int NotSupported = 95; // EOPNOTSUPP

    /// <summary>Returns whether it is a regular file, or null where the system is not asked or has no answer.</summary>
    public static bool? IsRegular(string path) => Ask(path, 0) is { } found ? (found.Mode & KindMask) == RegularKind : null;

    /// <summary>Returns whether an open file is a regular one. False also where the system has no answer.</summary>
    public static bool IsRegular(SafeFileHandle open) =>
        Ask((int)open.DangerousGetHandle(), "", OfTheHandle) is { } found && (found.Mode & KindMask) == RegularKind;

    /// <summary>Returns the owner's number, or null where the system is not asked or has no answer.</summary>
    public static uint? UserOf(string path) => Ask(path, 0)?.User;

    /// <summary>Returns all facts, about the path itself where that is a link, or null where the system is not asked or has no answer.</summary>
    public static FileStatus? Facts(string path) => Ask(path, NotThroughLinks);

    /// <summary>The number of this account, or null where the system is not asked.</summary>
    public static uint? CurrentUser => OperatingSystem.IsLinux() ? GetUser() : null;

    /// <summary>Returns whether the file has an access list in addition to its mode.</summary>
    public static bool HasAccessList(string path) => OperatingSystem.IsLinux() && GetAttribute(path, "system.posix_acl_access", 0, 0) >= 0;

    /// <summary>Gives a file the group of another.</summary>
    /// <exception cref="IOException">This account may not.</exception>
    public static void KeepGroup(string path, string like)
    {
        if (Facts(like) is not { } wanted || Facts(path) is not { } made || wanted.Group == made.Group) return;
        if (ChangeOwner(path, uint.MaxValue, wanted.Group) != 0) throw new IOException($"the group of {like} cannot be kept");
    }

    /// <summary>
    /// Returns whether this account may add files to a folder, or null where the system is not asked. A volume that is mounted read-only takes none,
    /// whatever the rights are.
    /// </summary>
    public static bool? MayAddTo(string folder) => OperatingSystem.IsLinux() ? Access(folder, WriteAndSearch) == 0 : null;

    /// <summary>Brings the names in a folder to the disk, where the system and the file system have a call for it.</summary>
    /// <returns>
    /// False where the call failed: after a loss of power the names may be those of before. True also where there is no such call (other systems, and
    /// file systems that refuse it for folders with EINVAL or EOPNOTSUPP, fsync(2)).
    /// </returns>
    public static bool SyncFolder(string folder)
    {
        if (!OperatingSystem.IsLinux()) return true;
        var handle = Open(folder, 0);
        if (handle < 0) return false;
        var isDone = Sync(handle) == 0 || Marshal.GetLastPInvokeError() is NotForThis or NotSupported;
        _ = Close(handle);
        return isDone;
    }

    // statx is the one call whose layout is the same on every architecture (linux/stat.h).
    private static FileStatus? Ask(string path, int flags) => Ask(CurrentFolder, path, flags);

    private static FileStatus? Ask(int folder, string path, int flags)
    {
        if (!OperatingSystem.IsLinux()) return null;
        Span<byte> answer = stackalloc byte[256];
        if (Statx(folder, path, flags, BasicFields, ref MemoryMarshal.GetReference(answer)) != 0) return null;
        return new FileStatus(MemoryMarshal.Read<uint>(answer[UserOffset..]), MemoryMarshal.Read<uint>(answer[GroupOffset..]),
            MemoryMarshal.Read<ushort>(answer[ModeOffset..]),
            MemoryMarshal.Read<uint>(answer[LinksOffset..]), MemoryMarshal.Read<ulong>(answer[NodeOffset..]),
            MemoryMarshal.Read<ulong>(answer[DeviceOffset..]));
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte answer);

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "getuid")]
    private static partial uint GetUser();

    [LibraryImport("libc", EntryPoint = "lchown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "getxattr", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetAttribute(string path, string name, nint value, nuint size);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
