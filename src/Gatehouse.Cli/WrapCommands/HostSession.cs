using System.Runtime.InteropServices;

namespace Gatehouse.Cli.WrapCommands;

/// <summary>The host's own session and process group, apart from its starter's, so that a client that ends its own does not end the host.</summary>
internal static partial class HostSession
{
    /// <summary>Begins a session of its own; a process that leads a group already has one.</summary>
    public static void Begin()
    {
        if (!OperatingSystem.IsWindows()) _ = SetSessionId();
    }

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int SetSessionId();
}
