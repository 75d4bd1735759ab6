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
        var rebuild = new Option<bool>("--rebuild") { Description = "Delete the index, and build a new one from the log. The log is not changed." };
        var command = new Command("index",
            """
            Rebuild the index of the audit log of a running gateway, and print the number of its entries. Use it if searches show
            something else than 'audit search --log', which reads the files. If the index is missing, damaged or of another key, the
            gateway rebuilds it by itself.

            Example:
              gatehouse audit index --rebuild --config gatehouse.yaml
            """) { config, state, rebuild };
        command.Refuse(state, "the gateway is found by its state folder", config);
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(rebuild))
            {
                return await ControlCall.RunAsync(parsed.GetValue(state), parsed.GetValue(config), new RebuildLogIndex(), ControlCall.ShowMessage,
                    cancellation).ConfigureAwait(false);
            }

            Terminal.Fault("no act is given");
            Terminal.Hint("give --rebuild to delete the index and build a new one from the log");
            return ExitCodes.Usage;
        });
        return command;
    }
}
