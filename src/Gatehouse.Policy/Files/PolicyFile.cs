using Gatehouse.Policy.Rules;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Files;

/// <summary>A reader of policies: a file of its own, or the list <c>policy</c> of a configuration.</summary>
public static class PolicyFile
{
    /// <summary>Version of the format.</summary>
    public const int FormatVersion = 1;

    /// <summary>Reads a policy file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="file">Its name for places, e.g. <c>team.yaml</c>, or null for none.</param>
    /// <param name="names">The names that it may use.</param>
    /// <param name="faults">Takes every fault; the rules are complete only when there is none.</param>
    public static IReadOnlyList<PolicyRule> Read(string text, string? file, PolicyNames names, FaultList faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        if (StrictYaml.Read(text, faults) is not { } root || Files.PolicyMap.Read(root, "", PolicyKeys.Document, faults) is not { } map) return [];
        if (map.Number("version") is { } version && version != FormatVersion)
            map.Fault("version", "this version of the format is unknown", version > FormatVersion
                ? "use a newer Gatehouse, or write 'version: 1'" : "write 'version: 1'");
        return map.Node("rules") is { } rules ? ReadRules(rules, "rules", file, names, faults) : [];
    }

    /// <summary>Reads a list of rules that is part of another file.</summary>
    /// <param name="node">The list.</param>
    /// <param name="path">Its path in that file.</param>
    /// <param name="file">Name of the file for places, or null for none.</param>
    /// <param name="names">The names that it may use.</param>
    /// <param name="faults">Takes every fault.</param>
    public static IReadOnlyList<PolicyRule> ReadRules(YamlNode node, string path, string? file, PolicyNames names, FaultList faults) =>
        new Files.RuleReader(faults, names, file).Read(node, path);
}
