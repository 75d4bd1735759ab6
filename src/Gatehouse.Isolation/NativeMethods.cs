using System.Runtime.InteropServices;

namespace Gatehouse.Isolation;

/// <summary>The system calls that the framework does not offer. POSIX only.</summary>
internal static partial class NativeMethods
{
    public const int SignalKill = 9;
    public const int SignalTerminate = 15;
    public const int SignalContinueLinux = 18;
    public const int ExecuteAccess = 1;
    public const int SetDescriptorFlags = 2;
    public const int CloseOnExecute = 1;
    public const uint CloseRangeCloseOnExecute = 4;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "close_range", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int CloseRange(uint first, uint last, uint flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial int DescriptorControl(int descriptor, int command, int argument);
}
