using System.CommandLine;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.ServiceCommands;

/// <summary><c>gatehouse service uninstall</c>.</summary>
internal static class ServiceUninstallCommand
{
    public static Command Create()
    {
        var command = new Command("uninstall",
            """
            Stop and disable the service, and remove its unit if 'gatehouse service install' wrote it. The account, the configuration and
            the state stay: the audit log is evidence. It needs root.

            Example:
              sudo gatehouse service uninstall
            """);
        command.SetAction((_, cancellation) => RunAsync(cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellation)
    {
        if (!File.Exists(SystemManager.UnitFile))
        {
            Terminal.Fault($"{SystemManager.UnitFile} does not exist; nothing was changed");
            return ExitCodes.No;
        }

        try
        {
            if (!SystemManager.IsOwnUnit()) return ExitCodes.No;
            if (SystemManager.IsRunning && !await SystemManager.RunAsync(["systemctl", "disable", "--now", ServiceUnit.Name],
                cancellation).ConfigureAwait(false))
                return ExitCodes.Unavailable;
            File.Delete(SystemManager.UnitFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && e is not OutputFailedException)
        {
            Terminal.Fault($"{SystemManager.UnitFile} cannot be removed: {e.Message}");
            Terminal.Hint("run the command with sudo");
            return ExitCodes.Unavailable;
        }

        Terminal.NoteLine($"removed {SystemManager.UnitFile}");
        return !SystemManager.IsRunning || await SystemManager.RunAsync(["systemctl", "daemon-reload"], cancellation).ConfigureAwait(false)
            ? ExitCodes.Done : ExitCodes.Unavailable;
    }
}
