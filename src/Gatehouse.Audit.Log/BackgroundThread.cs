using System.Runtime.InteropServices;

namespace Gatehouse.Audit.Log;

/// <summary>The scheduling priority of a thread, which .NET does not set on Linux.</summary>
internal static partial class BackgroundThread
{
    // About a tenth of a core's time beside a thread that wants all of it: enough for tens of thousands of entries a second.
    private const int Nice = 10;

    private const int Process = 0;

    /// <summary>
    /// Has the calling thread give way to the others of the process. Otherwise a commit that the disk has finished waits for the processor until the
    /// thread's slice ends. Without effect on other systems than Linux, where the call concerns the whole process (setpriority(2), "C library/kernel
    /// differences").
    /// </summary>
    public static void GiveWay()
    {
        if (OperatingSystem.IsLinux()) _ = SetPriority(Process, 0, Nice); // a refusal costs speed alone
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int value);
}
