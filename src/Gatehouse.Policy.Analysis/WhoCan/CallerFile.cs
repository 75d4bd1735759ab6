using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Files;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Analysis.WhoCan;

/// <summary>Reads a list of callers, each described as in a case.</summary>
public static class CallerFile
{
    private static readonly IReadOnlyList<PolicyKey> Document =
    [
        new("version", PolicyKeyKind.Number, "Version of this format: 1.") { Required = true, Example = "1" },
        new("callers", PolicyKeyKind.Cases, "The callers.") { Required = true },
    ];

    /// <summary>Reads a file of callers.</summary>
    /// <param name="text">Its text: <c>version: 1</c> and <c>callers</c>, a list of values as a case has them under <c>as</c>.</param>
    /// <param name="faults">Takes every fault; the callers are complete only when there is none.</param>
    public static IReadOnlyList<PolicyCaller> Read(string text, FaultList faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        if (StrictYaml.Read(text, faults) is not { } root || PolicyMap.Read(root, "", Document, faults) is not { } map) return [];
        if (map.Number("version") is { } version && version != 1)
            map.Fault("version", "this version of the format is unknown", "write 'version: 1'");
        if (map.Node("callers") is not { } callers || callers is YamlRefused) return [];
        if (callers is YamlList { Items.Count: > 0 } list)
            return [.. list.Items.Select((item, i) => PolicyCaseReader.ReadCaller(item, $"callers[{i}]", faults)).OfType<PolicyCaller>()];
        map.Fault("callers", "a list of callers is expected here", "write entries such as '- { subject: alice, roles: [analyst] }'");
        return [];
    }
}
