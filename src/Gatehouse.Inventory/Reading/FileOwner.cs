using System.Runtime.InteropServices;

namespace Gatehouse.Inventory;

/// <summary>What the system says of a file: kind, owner. Linux on x64 and arm64 only; elsewhere nothing is said.</summary>
internal static partial class FileOwner
{
    private const int CurrentFolder = -100;
    private const uint BasicFields = 0x7ff;
    private const int KindMask = 0xf000;
    private const int RegularKind = 0x8000;
    private const int UserOffset = 20;
    private const int ModeOffset = 28;

    /// <summary>Whether it is a regular file; null where the system is not asked or does not say.</summary>
    public static bool? IsRegular(string path) => Ask(path) is { } found ? (found.Mode & KindMask) == RegularKind : null;

    /// <summary>The owner's number; null where the system is not asked or does not say.</summary>
    public static uint? UserOf(string path) => Ask(path)?.User;

    /// <summary>The number of this account; null where the system is not asked.</summary>
    public static uint? Me => OperatingSystem.IsLinux() ? GetUser() : null;

    // statx is the one call whose layout is the same on every architecture (linux/stat.h).
    private static (uint User, int Mode)? Ask(string path)
    {
        if (!OperatingSystem.IsLinux()) return null;
        Span<byte> answer = stackalloc byte[256];
        if (Statx(CurrentFolder, path, 0, BasicFields, ref MemoryMarshal.GetReference(answer)) != 0) return null;
        return (MemoryMarshal.Read<uint>(answer[UserOffset..]), MemoryMarshal.Read<ushort>(answer[ModeOffset..]));
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte answer);

    [LibraryImport("libc", EntryPoint = "getuid")]
    private static partial uint GetUser();
}
