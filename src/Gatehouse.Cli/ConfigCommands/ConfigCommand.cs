using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Reading;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Secrets;

namespace Gatehouse.Cli.ConfigCommands;

/// <summary><c>gatehouse config check|show|schema|history|diff|rollback</c>.</summary>
internal static class ConfigCommand
{
    public static Command Create() => new("config", "Check, show, compare and restore the configuration.")
    {
        Check(), Show(), Schema(), ConfigHistoryCommand.Create(), ConfigDiffCommand.Create(), ConfigRollbackCommand.Create(),
    };

    private static Command Check()
    {
        var config = CommonOptions.Config();
        var (development, library) = (CommonOptions.Development(), CommonOptions.Library());
        var json = CommonOptions.Json();
        var command = new Command("check",
            """
            Report every fault of the configuration with its line and remedy.

            Examples:
              gatehouse config check --config gatehouse.yaml
              gatehouse config check --config src/Tickets/gatehouse.yaml --library
            """) { config, development, library, json };
        command.SetAction(parsed =>
        {
            var result = ConfigurationLoader.Load(new ConfigurationRequest
            { Path = parsed.GetValue(config), Development = parsed.GetValue(development), InProcess = parsed.GetValue(library) });
            string? notChecked = null;
            var faults = result.IsGood ? VaultCheck.Of(result.Settings, TimeProvider.System, out notChecked) : result.Faults;
            if (parsed.GetValue(json)) JsonOutput.Write("faults", faults, OutputJson.Default.ConfigurationFaults);
            else if (faults.Count > 0) FaultText.Print(result.SourcePath, faults);
            else Terminal.NoteLine($"{result.SourcePath}: no faults");
            if (notChecked is not null) Terminal.NoteLine($"warning: {notChecked}");
            foreach (var warning in result.IsGood ? GatewayWarnings.Of(result.Settings, TimeProvider.System.GetUtcNow()) : [])
                Terminal.Note(warning.ToString());
            return faults.Count == 0 ? ExitCodes.Done : ExitCodes.No;
        });
        return command;
    }

    private static Command Show()
    {
        var config = CommonOptions.Config();
        var (development, library) = (CommonOptions.Development(), CommonOptions.Library());
        var json = CommonOptions.Json();
        var command = new Command("show",
            "Print each value in force with its source. Secrets appear as their references.\n\nExample:\n  gatehouse config show --config gatehouse.yaml")
        { config, development, library, json };
        command.SetAction(parsed =>
        {
            if (CommonOptions.Load(new ConfigurationRequest
            { Path = parsed.GetValue(config), Development = parsed.GetValue(development), InProcess = parsed.GetValue(library) }) is not { } result)
                return ExitCodes.Usage;
            if (parsed.GetValue(json)) JsonOutput.Write("values", result.Values, OutputJson.Default.EffectiveValues);
            else PrintValues(result.Values);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void PrintValues(IReadOnlyList<EffectiveValue> values)
    {
        var path = values.Max(v => v.Path.Length);
        var value = Math.Min(48, values.Max(v => v.Value.Length));
        foreach (var line in values)
            Terminal.Row($"{line.Path.PadRight(path)}  {line.Value.PadRight(value)}  {line.Source}");
    }

    private static Command Schema()
    {
        var command = new Command("schema",
            "Print the JSON Schema of the configuration, for editors.\n\nExample:\n  gatehouse config schema > gatehouse.schema.json");
        command.SetAction(_ =>
        {
            Terminal.Data(ConfigurationSchema.Render());
            return ExitCodes.Done;
        });
        return command;
    }
}
