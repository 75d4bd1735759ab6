using Gatehouse.Configuration.Reading;
using Gatehouse.Configuration.Rules;
using Gatehouse.Configuration.Texts;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Presets;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Configuration;

/// <summary>The composition of the policy from the preset, the files, and the rules of the configuration itself.</summary>
internal static class PolicyLoader
{
    /// <summary>Returns all rules. An id that occurs in two of the sources is a fault.</summary>
    public static IReadOnlyList<PolicyRule> Read(
        ConfigurationSection root, bool development, string path, ConfigurationFiles files, FaultList faults) =>
        Read(root, Names(root, development), path, files, faults);

    /// <summary>Returns all rules, which may use these names.</summary>
    public static IReadOnlyList<PolicyRule> Read(
        ConfigurationSection root, PolicyNames names, string path, ConfigurationFiles files, FaultList faults)
    {
        var rules = new List<PolicyRule>();
        if (root.Find("policy") is { } inline) rules.AddRange(PolicyFile.ReadRules((YamlNode)inline.Content, "policy", null, names, faults));
        foreach (var file in root.Items("policyFiles")) rules.AddRange(ReadFile(file, path, names, files, faults));
        if (root.Find("policyPreset") is { } preset) rules.AddRange(PolicyPresets.Rules(preset.Text));
        foreach (var twice in rules.GroupBy(rule => rule.Id, StringComparer.Ordinal).Where(group => group.Count() > 1))
            faults.Add(YamlMark.None, "policy",
                $"the id {twice.Key} occurs in several sources: {string.Join(", ", twice.Select(rule => rule.Place ?? "this file"))}",
                "give each rule a different id");
        var assignments = rules.Select(static rule => rule.Access?.Entra).OfType<EntraAssignment>().Distinct().Count();
        if (assignments > EntraAssignment.MostOfPolicy)
            faults.Add(YamlMark.None, "policy", $"the rules name {assignments} different groups and roles of Entra PIM, and each is a question to Microsoft Graph",
                $"name at most {EntraAssignment.MostOfPolicy}");
        return rules;
    }

    // With --dev there is also an issuer of the gateway's own.
    private static PolicyNames Names(ConfigurationSection root, bool development) => new(
        [.. root.Parts("servers").Select(server => server.Name), .. root.Part("decisionService").Texts("types")],
        development ? [] : IssuerNames.Of(root))
    { HasOnePerson = development, HasGraph = root.Parts("issuers").Any(issuer => issuer.Part("graph").IsGiven) };

    private static IReadOnlyList<PolicyRule> ReadFile(ConfiguredItem item, string configuration, PolicyNames names, ConfigurationFiles files,
        FaultList faults)
    {
        var path = Path.IsPathFullyQualified(item.Text) || configuration.Length == 0
            ? item.Text
            : Path.Join(Path.GetDirectoryName(Path.GetFullPath(configuration)), item.Text);
        if (!Path.IsPathFullyQualified(path))
        {
            faults.Add(item, "the path depends on the working folder", "write it from the root, or relative to the folder of the configuration");
            return [];
        }

        var inner = new FaultList();
        var name = Path.GetFileName(path);
        var rules = files.ReadText(SnapshotPart.Policy, path, inner) is { } text ? PolicyFile.Read(text, name, names, inner) : [];
        foreach (var fault in inner.ToList()) faults.Add(fault with { File = path });
        return rules;
    }
}
