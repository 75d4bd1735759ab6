using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Policy.Analysis;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary><c>gatehouse policy schema</c>.</summary>
internal static class PolicySchemaCommand
{
    public static Command Create()
    {
        var cases = new Option<bool>("--cases") { Description = "Print the schema of files of cases instead." };
        var command = new Command("schema",
            "Print the JSON Schema of policy files, for editors: completion, hover texts, faults while typing.\n\nExample:\n  gatehouse policy schema > policy.schema.json") { cases };
        command.SetAction(parsed =>
        {
            Terminal.Data((parsed.GetValue(cases) ? PolicySchema.RenderCases() : PolicySchema.Render()).TrimEnd('\n'));
            return ExitCodes.Done;
        });
        return command;
    }
}
