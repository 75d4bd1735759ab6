using System.CommandLine;

namespace Gatehouse.Cli.ServiceCommands;

/// <summary><c>gatehouse service install|uninstall</c>.</summary>
internal static class ServiceCommand
{
    public static Command Create() => new("service", "Run the gateway as a service of systemd, with the rights that it needs and no others.")
    { ServiceInstallCommand.Create(), ServiceUninstallCommand.Create() };
}
