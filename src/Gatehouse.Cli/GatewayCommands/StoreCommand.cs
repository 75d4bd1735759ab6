using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.ApprovalCommands;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.GatewayCommands;

/// <summary><c>gatehouse store acknowledge</c>.</summary>
internal static class StoreCommand
{
    public static Command Create() => new("store", "Acknowledge the alarm about the store of a gateway.") { Acknowledge() };

    private static Command Acknowledge()
    {
        var options = new ApprovalOptions();
        var command = new Command("acknowledge",
            """
            Acknowledge that the store (gatehouse.db) was lost or replaced, so that 'gatehouse status' reports it no longer. The command
            brings nothing back. First put the newest copy back, or contain, revoke and review again: docs/operators/failures.md.

            Examples:
              gatehouse store acknowledge --config gatehouse.yaml
              gatehouse store acknowledge --host
            """);
        options.AddTo(command, names: false);
        command.SetAction((parsed, cancellation) =>
            options.ChannelOf(parsed, names: false).ReadAsync(new AcknowledgeStoreAlarm(), ControlCall.ShowMessage, cancellation));
        return command;
    }
}
