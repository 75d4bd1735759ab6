using System.Text;
using Gatehouse.Cli.Output;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Reading;
using Gatehouse.Configuration.Texts;
using Gatehouse.Files;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Presets;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Yaml;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>A policy that a verb was given.</summary>
/// <param name="Name">The source, for messages.</param>
/// <param name="Rules">The rules; complete only without faults.</param>
/// <param name="Settings">The configuration, where one was named and is good.</param>
/// <param name="Faults">The faults.</param>
/// <param name="Files">The policy files, of the command line or of <c>policyFiles</c>, and a configuration that the policy is from.</param>
internal sealed record PolicyInput(
    string Name, IReadOnlyList<PolicyRule> Rules, GatewaySettings? Settings, IReadOnlyList<ConfigurationFault> Faults, IReadOnlyList<string> Files)
{
    private const string Readable = "give a text file that this account can read, and no pipe or device";

    public PolicyDecisionPoint Compile() => new(Rules);

    /// <summary>Returns the servers of the configuration, otherwise those that the rules name without a wildcard.</summary>
    public IReadOnlyList<string> Servers() => Settings is { } settings
        ? [.. settings.Servers.Select(server => server.Name)]
        : [.. Rules.SelectMany(rule => rule.Servers?.Exact ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>
    /// The policy of a configuration that lacks servers which another one has: nothing of them is permitted, whatever its rules say of every server.
    /// </summary>
    /// <param name="others">The servers of the other configuration.</param>
    public PolicyInput Without(IReadOnlyList<string> others)
    {
        var missing = others.Except(Servers(), StringComparer.Ordinal).ToList();
        if (missing.Count == 0) return this;
        var absent = new PolicyRule { Id = "not-configured", Description = "the configuration lacks the server", Forbids = true, Servers = new NameSet(missing) };
        return this with { Rules = [.. Rules, absent] };
    }

    /// <summary>Reads policy files and a preset together.</summary>
    public static PolicyInput Read(IReadOnlyList<string> files, string? preset, ConfigurationResult? configuration)
    {
        var faults = new FaultList();
        foreach (var fault in configuration?.Faults ?? []) faults.Add(fault with { File = fault.File ?? configuration!.SourcePath });
        var settings = configuration?.Settings;
        var names = settings is null ? PolicyNames.Unknown : NamesOf(settings);
        var rules = files.SelectMany(file => ReadFile(file, names, faults)).ToList();
        if (preset is not null && PolicyPresets.Names.Contains(preset)) rules.AddRange(PolicyPresets.Rules(preset));
        else if (preset is not null)
            faults.Add(YamlMark.None, "", $"the preset '{preset}' does not exist", $"use one of these: {string.Join(", ", PolicyPresets.Names)}");
        foreach (var twice in rules.GroupBy(rule => rule.Id, StringComparer.Ordinal).Where(group => group.Count() > 1))
            faults.Add(YamlMark.None, "", $"the id {twice.Key} occurs in several sources: {string.Join(", ", twice.Select(rule => rule.Place))}",
                "give each rule a different id");
        return new PolicyInput(string.Join(" + ", preset is null ? files : [.. files, $"preset {preset}"]), rules, settings, faults.ToList(), files);
    }

    // The names that the gateway accepts in a policy of this configuration (PolicyLoader). With --dev there is also an issuer of the gateway's own.
    private static PolicyNames NamesOf(GatewaySettings settings) => new(
        [.. settings.Servers.Select(server => server.Name), .. settings.DecisionService?.Types ?? []],
        settings.Development ? [] : [.. IssuerProfiles.CallerIssuers(settings)])
    { HasOnePerson = settings.Development, HasGraph = settings.Issuers.Any(issuer => issuer.Graph is not null) };

    /// <summary>Reads the source that one argument names: <c>preset:NAME</c>, a configuration with the policy in it, or a policy file.</summary>
    public static PolicyInput Read(string source)
    {
        const string mark = "preset:";
        if (source.StartsWith(mark, StringComparison.Ordinal)) return Read([], source[mark.Length..], null);
        if (!IsConfiguration(source)) return Read([source], null, null);
        return FromConfiguration(CommonOptions.ReadAsServed(source));
    }

    /// <summary>Returns the policy of a configuration.</summary>
    public static PolicyInput FromConfiguration(ConfigurationResult result) =>
        new(result.SourcePath, result.Settings?.Rules ?? [], result.Settings, result.Faults, PolicyFiles(result));

    // The rules of a configuration are in its policy files, and can be in itself.
    private static IReadOnlyList<string> PolicyFiles(ConfigurationResult result) =>
        [.. result.Texts?.Files.Where(file => file.Part is SnapshotPart.Policy).Select(file => file.Path) ?? [], result.SourcePath];

    // A policy file has 'rules' at its top. A configuration has servers, an address or a policy there. Every other file is read as a policy file,
    // whose faults name the missing parts.
    private static bool IsConfiguration(string file)
    {
        if (ReadText(file, new FaultList()) is not { } text || StrictYaml.Read(text, new FaultList()) is not { } top) return false;
        var names = top.Entries.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        return !names.Contains("rules") && names.Overlaps(["servers", "publicUrl", "listen", "policy", "policyFiles", "policyPreset"]);
    }

    /// <summary>Reads the text of a file that a verb was given. Returns null, and adds a fault, when it cannot be read.</summary>
    public static string? ReadText(string file, FaultList faults)
    {
        try
        {
            // The file may be one of a repository that others write: a pipe would hold the command (CWE-400).
            return RegularFile.ReadText(file, YamlText.Largest, new UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (FileTooLargeException)
        {
            faults.Add(new ConfigurationFault(0, 0, "", "the file is larger than 1 MiB", "keep it below 1 MiB") { File = file });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var (reason, remedy) = exception switch
            {
                FileNotFoundException or DirectoryNotFoundException => ("the file does not exist", "check the path"),
                DecoderFallbackException => ("the file is not valid UTF-8", Readable),
                _ => ("the file cannot be read", Readable),
            };
            faults.Add(new ConfigurationFault(0, 0, "", reason, remedy) { File = file });
        }

        return null;
    }

    private static IEnumerable<PolicyRule> ReadFile(string file, PolicyNames names, FaultList faults)
    {
        if (ReadText(file, faults) is not { } text) return [];
        var inner = new FaultList();
        var rules = PolicyFile.Read(text, Path.GetFileName(file), names, inner);
        foreach (var fault in inner.ToList()) faults.Add(fault with { File = file });
        return rules;
    }
}
