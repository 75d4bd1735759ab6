using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Audit.Witness;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.WitnessCommands;

/// <summary><c>gatehouse witness show</c>.</summary>
internal static class WitnessShowCommand
{
    public static Command Create()
    {
        var state = WitnessCommand.State();
        var json = CommonOptions.Json();
        var command = new Command("show",
            """
            Show the verifier keys of a witness, its operator, and the latest cosigned size and root of each log. End a running witness first:
            one process has its folder.

            Example:
              gatehouse witness show --state /var/lib/witness
            """)
        { state, json };
        command.SetAction(parsed => WitnessCommand.Run(() =>
        {
            using var witness = WitnessService.Open(parsed.GetValue(state)!, TimeProvider.System);
            if (parsed.GetValue(json)) JsonOutput.Write("witness", Json(witness));
            else Print(witness);
            return ExitCodes.Done;
        }));
        return command;
    }

    private static JsonObject Json(WitnessService witness) => new JsonFields
    {
        ["name"] = witness.Name,
        ["operator"] = witness.Operator,
        ["keys"] = witness.Keys.ToJsonArray(),
        ["logs"] = JsonValue.Create(witness.Logs, OutputJson.Default.WitnessLogStates),
    };

    private static void Print(WitnessService witness)
    {
        Terminal.Row($"{witness.Name}, operated by {witness.Operator}");
        foreach (var key in witness.Keys) Terminal.Row($"  {key}");
        foreach (var log in witness.Logs)
        {
            // An origin and a root have no room beside each other in 80 columns, and both are compared with those of others.
            Terminal.Row(log.Origin);
            Terminal.Row(log.Size == 0 ? "  nothing cosigned yet" : $"  cosigned to size {log.Size}");
            if (log.Size > 0) Terminal.Row($"  root {log.Root}");
            if (log.Successor is not null) Terminal.Row($"  ended; followed by {log.Successor}");
            if (log.HasSplitView) Terminal.Row("  the log signed two roots for one size; the second is in the file split-view of its folder");
        }
    }
}
