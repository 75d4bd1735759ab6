using Gatehouse.Yaml;

namespace Gatehouse.Policy.Tests;

/// <summary>Policies from their text.</summary>
internal static class Policies
{
    /// <summary>Rules in the form of a list, without the head of the file.</summary>
    public static IReadOnlyList<PolicyRule> Rules(string rules, string? file = null)
    {
        var faults = new FaultList();
        var read = PolicyFile.Read((rules.Length == 0 ? "version: 1\nrules: []\n" : "version: 1\nrules:\n" + rules), file, PolicyNames.Unknown, faults);
        Assert.True(!faults.Any, string.Join("\n", faults.ToList()) + "\n" + rules);
        return read;
    }

    public static PolicyDecisionPoint Point(string rules) => new(Rules(rules));
}
