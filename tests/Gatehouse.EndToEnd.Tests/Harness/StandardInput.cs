using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatehouse.EndToEnd.Tests.Harness;

/// <summary>The pipe that a process reads as its standard input (Linux).</summary>
internal static partial class StandardInput
{
    private const nuint BytesToRead = 0x541B; // FIONREAD, ioctl_list(2)

    /// <summary>Returns the number of bytes in the pipe that the process has not read.</summary>
    public static int UnreadBytes(string processId)
    {
        using var pipe = File.OpenHandle($"/proc/{processId}/fd/0");
        return Control(pipe, BytesToRead, out var bytes) == 0 ? bytes : throw new IOException($"ioctl: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle descriptor, nuint request, out int value);
}
