using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Reading;
using Gatehouse.Policy.Presets;
using Gatehouse.Yaml;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>The source of a verb's policy: a configuration, files of rules, or a preset.</summary>
internal sealed class PolicyOptions
{
    private readonly Option<string?> config = CommonOptions.Config();

    private readonly Option<string[]> files = new("--policy")
    {
        Description = "Policy file. Can be repeated: the policy has the rules of all files. Without --policy and --preset: the policy of the "
            + "configuration.",
        HelpName = "file",
    };

    private readonly Option<string?> preset = new("--preset")
    {
        Description = $"Policy that comes with the gateway: {string.Join(", ", PolicyPresets.Names)}.",
        HelpName = "name",
    };

    private readonly Option<bool> development = CommonOptions.Development();

    private readonly Option<bool> library = CommonOptions.Library();

    public Option<bool> Json { get; } = CommonOptions.Json();

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { config, files, preset, development, library, Json }) command.Add(option);
    }

    /// <summary>Reads the policy. Its faults are part of the result.</summary>
    public PolicyInput Read(ParseResult parsed)
    {
        var named = parsed.GetValue(config);
        if (NamesPolicy(parsed))
            return PolicyInput.Read(parsed.GetValue(files) ?? [], parsed.GetValue(preset), named is null ? null : Configuration(parsed));
        var result = Configuration(parsed);
        // A person who forgot --policy did not ask for the configuration of the system.
        return named is null && !File.Exists(result.SourcePath) ? WithoutPolicy(result.SourcePath) : PolicyInput.FromConfiguration(result);
    }

    /// <summary>Reads the policy and prints its faults. Returns null when there are some.</summary>
    public PolicyInput? Load(ParseResult parsed)
    {
        var input = Read(parsed);
        if (input.Faults.Count == 0) return input;
        FaultText.Print(input.Name, input.Faults);
        return null;
    }

    private ConfigurationResult Configuration(ParseResult parsed) =>
        ConfigurationLoader.Load(new ConfigurationRequest
        { Path = parsed.GetValue(config), Development = parsed.GetValue(development), InProcess = parsed.GetValue(library) });

    private static PolicyInput WithoutPolicy(string path) => new("the command line", [], null,
    [
        new ConfigurationFault(0, 0, "", path.Length == 0 ? "no policy was named" : $"no policy was named, and there is no configuration at {path}",
            "name a policy file with --policy, a preset with --preset, or a configuration with --config"),
    ], []);

    private bool NamesPolicy(ParseResult parsed) => parsed.GetValue(files) is { Length: > 0 } || parsed.GetValue(preset) is not null;
}
