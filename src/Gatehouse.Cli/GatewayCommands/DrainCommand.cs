using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.GatewayCommands;

/// <summary><c>gatehouse drain</c>.</summary>
internal static class DrainCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var seconds = ClosedList.Number("--seconds", "Time in seconds to wait for requests in progress. Default: 30.");
        var command = new Command("drain",
            "Refuse new requests and wait for those in progress, so that the gateway can be stopped without loss.\n\nExample:\n  gatehouse drain --seconds 60") { config, state, seconds };
        command.SetAction((parsed, cancellation) => ControlCall.RunAsync(
            parsed.GetValue(state), parsed.GetValue(config),
            new Drain(TimeSpan.FromSeconds(parsed.GetValue(seconds) ?? 30)), ControlCall.ShowMessage, cancellation));
        return command;
    }
}
