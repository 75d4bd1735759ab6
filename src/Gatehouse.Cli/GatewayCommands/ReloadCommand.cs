using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.GatewayCommands;

/// <summary><c>gatehouse reload</c>.</summary>
internal static class ReloadCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var command = new Command("reload",
            "Read the configuration again and put it in force as a whole. A faulty configuration never replaces a good one.\n"
                + "The gateway reads the file that it was started with. It refuses a --config that is another file.\n\nExample:\n  gatehouse reload --state /var/lib/gatehouse") { config, state };
        command.SetAction((parsed, cancellation) => ControlCall.RunAsync(
            parsed.GetValue(state), parsed.GetValue(config), new Reload(Named(parsed.GetValue(config))), ControlCall.ShowMessage, cancellation));
        return command;
    }

    private static string? Named(string? config) => config is { Length: > 0 } ? Path.GetFullPath(config) : null;
}
