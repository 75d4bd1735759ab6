using Gatehouse.Configuration.Reading;
using Gatehouse.Configuration.Rules;
using Gatehouse.Configuration.Texts;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>
/// A loader of the configuration: file, then named variables, then flags. Either everything is right, or there are no settings and every fault is
/// reported.
/// </summary>
public static class ConfigurationLoader
{
    /// <summary>Loads the file that was asked for, or the one of the system.</summary>
    public static ConfigurationResult Load(ConfigurationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var faults = new FaultList();
        if (FileOf(request, faults) is not { } path) return new ConfigurationResult { Faults = faults.ToList(), SourcePath = "" };
        var files = new ConfigurationFiles(request.Instead);
        return files.ReadText(SnapshotPart.Main, path, faults) is { } text
            ? Judge(text, request, path, files, faults) : Failed(path, request, files, faults);
    }

    /// <summary>Loads a text as if it were the file's content.</summary>
    public static ConfigurationResult LoadText(string yaml, ConfigurationRequest request)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        ArgumentNullException.ThrowIfNull(request);
        return Judge(yaml, request, request.Path ?? "", new ConfigurationFiles(), new FaultList());
    }

    private static string? FileOf(ConfigurationRequest request, FaultList faults)
    {
        if (request.Path is { Length: > 0 } named) return Path.GetFullPath(named);
        var place = request.Path is null ? StandardPaths.ConfigurationFile(request.Environment, System.Environment.IsPrivilegedProcess) : null;
        if (place is null)
            faults.Add(YamlMark.None, "", request.Path is null
                ? "this account has no location for a configuration, because HOME is not set" : "the name of the file is empty", "give a file with --config");
        return place;
    }

    private static ConfigurationResult Judge(string text, ConfigurationRequest request, string path, ConfigurationFiles files, FaultList faults)
    {
        foreach (var flag in Overrides.Unknown(request))
            faults.Add(YamlMark.None, "", $"the flag {flag} is for no key", "remove it");
        if (StrictYaml.Read(text, faults) is not { } map || !FormatVersion.IsOurs(map, faults))
            return Failed(path, request, files, faults);
        var reader = new SectionReader(faults, request);
        var root = request.InProcess ? reader.ReadRoot(map, InProcessRules.Keys) : reader.ReadRoot(map);
        var state = StateFolder(root, request, faults);
        ConfigurationRules.Check(root, request.Development, faults);
        if (request.InProcess) InProcessRules.Check(root, faults);
        var rules = PolicyLoader.Read(root, request.Development, path, files, faults);
        var locked = LockLoader.Read(root, path, files, faults);
        if (faults.Any || state is null)
        {
            var isKnown = root.Find("state") is not null || !root.Wrote("state");
            return Failed(path, request, files, faults) with { StateFolder = isKnown ? state?.Folder : null };
        }

        var settings = new SettingsBuilder(root, rules, locked).Build(state.Value.Folder, request.Development);
        if (request.InProcess) settings = InProcessRules.Complete(settings);
        return new ConfigurationResult
        {
            Settings = settings,
            Faults = [],
            SourcePath = path,
            StateFolder = state.Value.Folder,
            Values = EffectiveValues.Of(root, settings, state.Value.Source),
            Texts = files.ToTexts(Overrides.TextOf(request)),
        };
    }

    private static (string Folder, string Source)? StateFolder(ConfigurationSection root, ConfigurationRequest request, FaultList faults)
    {
        if (root.Find("state") is { } value) return (value.Text, value.Origin.Text);
        if (StandardPaths.State(request.Environment) is { } place) return place;
        if (!root.Wrote("state")) faults.Add(root.At, "state", "this account has no location for state, because HOME is not set", "add 'state' with a folder");
        return null;
    }

    private static ConfigurationResult Failed(string path, ConfigurationRequest request, ConfigurationFiles files, FaultList faults) =>
        new() { Faults = faults.ToList(), SourcePath = path, Texts = files.ToTexts(Overrides.TextOf(request)) };
}
