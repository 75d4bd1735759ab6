using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.GatewayCommands;

/// <summary><c>gatehouse status</c>.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var command = new Command("status",
            "Show the generation in force, the requests in progress, and the state of each server behind the gateway.\n\nExample:\n  gatehouse status --state /var/lib/gatehouse") { config, state };
        command.SetAction((parsed, cancellation) => ControlCall.RunAsync(
            parsed.GetValue(state), parsed.GetValue(config), new ShowStatus(),
            reply => StatusText.Print(reply.As<StatusReport>().Facts), cancellation,
            "servers that 'gatehouse init' wrapped on this machine use another process; see: gatehouse host status"));
        return command;
    }
}
