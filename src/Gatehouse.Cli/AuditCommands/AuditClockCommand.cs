using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary><c>gatehouse audit clock</c>.</summary>
internal static class AuditClockCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var confirm = new Option<bool>("--confirm") { Description = "Confirm that the clock of the gateway is right." };
        var reason = new Option<string?>("--reason") { Description = "Reason, kept in the audit log.", HelpName = "text" };
        var token = new Option<string?>("--token-file") { Description = "File with an access token for the administration audience.", HelpName = "file" };
        var command = new Command("clock",
            """
            Confirm the clock of a running gateway, so that retention of the audit log does not wait any more (event 3022). Compare the
            clock with another one first: if it is ahead, the next run of retention destroys keys that are not due, which cannot be
            undone. Without the command, retention waits for 24 h of running time.

            The command needs administration.reading.erase, or with --dev a confirmation typed at the terminal.

            Example:
              gatehouse audit clock --confirm --config gatehouse.yaml --token-file admin.token
            """) { config, state, confirm, reason, token };
        command.Refuse(state, "the gateway is found by its state folder", config);
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(confirm))
            {
                return ControlCall.RunAsPersonAsync(parsed.GetValue(state), parsed.GetValue(config), parsed.GetValue(token),
                    "confirm that the clock of the gateway is right; where the configuration has a retention, it destroys what is due by this clock, which cannot be undone",
                    new ConfirmClock(parsed.GetValue(reason) ?? ""), cancellation, ControlCall.ShowMessage);
            }

            Terminal.Fault("no act is given");
            Terminal.Hint("give --confirm after you have compared the clock of the gateway with another one");
            return Task.FromResult(ExitCodes.Usage);
        });
        return command;
    }
}
