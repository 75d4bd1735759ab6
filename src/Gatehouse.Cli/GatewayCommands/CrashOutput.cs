using System.Runtime.InteropServices;
using Gatehouse.Cli.Output;
using Gatehouse.Diagnostics;

namespace Gatehouse.Cli.GatewayCommands;

/// <summary>
/// The output of a gateway that crashes. It holds neither memory nor the text of an exception, because both can hold a secret (CWE-528, CWE-532).
/// </summary>
internal static partial class CrashOutput
{
    private const int SetDumpable = 4; // prctl(2), PR_SET_DUMPABLE

    /// <summary>
    /// Keeps secrets out of crash output from now on. The kernel writes no core file of this process, and other processes of its account, such as a
    /// local server, can read neither its memory nor its environment (proc(5), ptrace(2)). A process with CAP_SYS_PTRACE still can. Programs that
    /// this one starts are not concerned: the kernel resets the attribute when it runs a program.
    /// </summary>
    public static void Restrict()
    {
        // The runtime would print the whole exception. It ends the process here, with the stack of this thread.
        AppDomain.CurrentDomain.UnhandledException += static (_, crash) => Environment.FailFast(Text(crash.ExceptionObject));
        if (OperatingSystem.IsLinux() && Control(SetDumpable, 0, 0, 0, 0) != 0)
            Terminal.Note("warning: the system refuses to protect the memory of this process from core dumps; start it with 'ulimit -c 0'");
    }

    /// <summary>Describes an exception by its types and places, without its message.</summary>
    public static string Text(object exception) =>
        $"unforeseen fault: {(exception is Exception fault ? LogValue.CauseAndPlace(fault) : exception.GetType().FullName)}";

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Control(int option, nuint second, nuint third, nuint fourth, nuint fifth);
}
