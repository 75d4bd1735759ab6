using Gatehouse.Policy.Files;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Analysis.Testing;

/// <summary>Reads files of cases.</summary>
public static class PolicyCaseFile
{
    /// <summary>Version of the format.</summary>
    public const int FormatVersion = 1;

    /// <summary>The ending of the file's name next to <c>NAME.yaml</c>.</summary>
    public const string Ending = ".tests.yaml";

    /// <summary>Reads a file of cases.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="faults">Takes every fault; the cases are complete only when there is none.</param>
    public static IReadOnlyList<PolicyCase> Read(string text, FaultList faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        if (StrictYaml.Read(text, faults) is not { } root || PolicyMap.Read(root, "", PolicyCaseKeys.Document, faults) is not { } map) return [];
        if (map.Number("version") is { } version && version != FormatVersion)
            map.Fault("version", "this version of the format is unknown", version > FormatVersion
                ? "use a newer Gatehouse, or write 'version: 1'" : "write 'version: 1'");
        if (map.Node("cases") is not { } cases || cases is YamlRefused) return [];
        if (cases is YamlList { Items.Count: > 0 } list) return new PolicyCaseReader(faults, map.Text("server")).Read(list, map.PathOf("cases"));
        map.Fault("cases", "a list of cases is expected here", "write entries that begin with '- name: '");
        return [];
    }

    /// <summary>Returns the file of cases that belongs to a policy file.</summary>
    public static string BesideOf(string policyFile)
    {
        ArgumentNullException.ThrowIfNull(policyFile);
        return Path.ChangeExtension(policyFile, null) + Ending;
    }
}
