using System.CommandLine;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary><c>gatehouse audit index</c>.</summary>
internal static class AuditIndexCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var state = CommonOptions.State();
        var rebuild = new Option<bool>("--rebuild") { Description = "Delete the index and build it again from the log.", Required = true };
        var command = new Command("index",
            """
            Build the index of the audit log of a running gateway again. It is needed only where the index is suspected to be wrong:
            the gateway builds it by itself where it is missing, damaged, or of another key.

            Example:
              gatehouse audit index --rebuild --config gatehouse.yaml
            """) { config, state, rebuild };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(rebuild))
            {
                return await ControlCall.RunAsync(parsed.GetValue(state), parsed.GetValue(config), new RebuildLogIndex(), ControlCall.ShowMessage,
                    cancellation).ConfigureAwait(false);
            }

            Terminal.Fault("nothing is asked for");
            Terminal.Hint("give --rebuild to delete the index and build it again");
            return ExitCodes.Usage;
        });
        return command;
    }
}
