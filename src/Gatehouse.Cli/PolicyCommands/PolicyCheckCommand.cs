using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.Output;
using Gatehouse.Configuration;
using Gatehouse.Policy.Analysis.Checking;
using Gatehouse.Text;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary><c>gatehouse policy check</c>.</summary>
internal static class PolicyCheckCommand
{
    public static Command Create()
    {
        var options = new PolicyOptions();
        var command = new Command("check",
            """
            Report every fault of a policy with its line and remedy, and warn of rules that can never apply.

            Examples:
              gatehouse policy check --config gatehouse.yaml
              gatehouse policy check --policy team.yaml --json
            """);
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var input = options.Read(parsed);
            IReadOnlyList<PolicyWarning> warnings = input.Faults.Count > 0
                ? []
                : [.. PolicyWarnings.Find(input.Rules), .. NameWarnings.Find(input.Rules), .. ApprovalWarnings.Find(input.Rules),
                .. input.Settings is { } settings ? ConfigurationWarnings.OfIssuers(settings, input.Rules) : []];
            if (parsed.GetValue(options.Json)) JsonOutput.Write("check", Json(input, warnings));
            else Print(input, warnings);
            return input.Faults.Count == 0 ? ExitCodes.Done : ExitCodes.No;
        });
        return command;
    }

    private static JsonObject Json(PolicyInput input, IReadOnlyList<PolicyWarning> warnings) => new JsonFields
    {
        ["faults"] = JsonValue.Create(input.Faults, OutputJson.Default.ConfigurationFaults),
        ["warnings"] = JsonValue.Create(warnings, OutputJson.Default.PolicyWarnings),
        ["rules"] = input.Rules.Count,
    };

    private static void Print(PolicyInput input, IReadOnlyList<PolicyWarning> warnings)
    {
        if (input.Faults.Count > 0)
        {
            FaultText.Print(input.Name, input.Faults);
            return;
        }

        foreach (var warning in warnings)
        {
            Terminal.Row($"warning: {warning.RuleId}{(warning.Place is null ? "" : $" ({warning.Place})")}: {warning.Message}");
            Terminal.Row($"  remedy: {warning.Remedy}");
        }

        Terminal.Row($"{input.Name}: {Counted.Of(input.Rules.Count, "rule")}, no faults, {(warnings.Count == 0 ? "no warnings" : Counted.Of(warnings.Count, "warning"))}");
    }
}
