using System.Runtime.InteropServices;

namespace Gatehouse.Audit.Log;

/// <summary>The scheduling priority of a thread, which .NET does not set on Linux.</summary>
internal static partial class BackgroundThread
{
    // About a tenth of a core's time beside a thread that wants all of it: enough for tens of thousands of entries a second.
    private const int Nice = 10;

    private const int Process = 0;

    /// <summary>
    /// Lowers the priority of the calling thread. Otherwise a commit that the disk has finished could wait until the time slice of that thread ends.
    /// Linux only: elsewhere the call would concern the whole process (setpriority(2), "C library/kernel differences").
    /// </summary>
    public static void LowerPriority()
    {
        if (OperatingSystem.IsLinux()) _ = SetPriority(Process, 0, Nice); // a refusal costs only speed
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int value);
}
