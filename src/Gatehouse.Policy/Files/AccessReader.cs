using Gatehouse.Policy.Rules;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Files;

/// <summary>Reads <c>access</c>: the terms under which people get a right for a time.</summary>
internal static class AccessReader
{
    private const string ByPeople = "gatehouse";

    // Keys about people who grant a right.
    private static readonly string[] OfPeople = ["longest", "grantedBy", "approvers"];

    // Lists of a permit that are about a person. The others are about the token of the call, and the person asks with another one.
    private static readonly string[] AboutPeople = ["anyone", "issuers", "subjects", "roles", "groups"];

    /// <summary>Reads the terms of a permit. Returns null, and adds a fault, when they are none.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="names">The names that the policy may use.</param>
    /// <param name="faults">Takes the faults.</param>
    public static AccessTerms? Read(PolicyMap rule, PolicyNames names, FaultList faults)
    {
        if (rule.Node("access") is not { } node
            || PolicyMap.Read(node, rule.PathOf("access"), PolicyKeys.Access, faults) is not { } map) return null;
        CheckHost(map, names);
        if (map.Text("source") is { } source && source != ByPeople) return OfEntra(map, source, names);
        foreach (var missing in PolicyKeys.Access.Where(key => key.Name is "longest" or "grantedBy" && !map.Has(key.Name)))
            map.Fault(missing.Name, $"'{missing.Name}' is missing", $"add '{missing.Name}': {missing.Description}");
        var (longest, approvers) = (Longest(map), ApprovalReader.Approvers(map, names));
        return GrantedBy(map, names, faults) is { } people ? new AccessTerms(longest, people, approvers) : null;
    }

    /// <summary>Checks the terms against the rest of the rule.</summary>
    /// <param name="map">The rule.</param>
    /// <param name="rule">The rule as it was read.</param>
    /// <param name="faults">Takes the faults.</param>
    public static void Check(PolicyMap map, PolicyRule rule, FaultList faults)
    {
        if (!map.Has("access")) return;
        if (rule.Forbids)
        {
            map.Fault("access", "a forbid cannot be granted for a time", "remove 'access', or move it to a permit");
            return;
        }

        if (rule.Directions?.Contains(PolicyDirection.Approvals) == true)
            map.Fault("access", "the right to answer questions cannot be granted for a time", "remove 'access', or remove approvals from 'directions'");
        if (rule.Access?.Entra is null && map.Node("permit") is YamlMap clause && !clause.Entries.Any(entry => AboutPeople.Contains(entry.Key)))
            faults.Add(clause.At, map.PathOf("permit"), "the rule does not say which people may ask for the right",
                "name issuers, subjects, roles or groups, or write 'anyone: true'");
    }

    // Where one person exists, no other person can grant anything.
    private static void CheckHost(PolicyMap map, PolicyNames names)
    {
        if (names.HasOnePerson)
            map.Fault("only one person exists here, so that no other person could grant the right", "remove 'access'");
    }

    private static AccessTerms? OfEntra(PolicyMap map, string source, PolicyNames names)
    {
        if (!source.StartsWith(EntraAssignment.Source, StringComparison.Ordinal))
        {
            map.Fault("source", "this is not an allowed value", "write gatehouse, entra-pim:group: or entra-pim:role: with a GUID, or remove it");
            return null;
        }

        foreach (var key in OfPeople.Where(map.Has))
            map.Fault(key, "Entra gives this right, so that no person grants it here", $"remove '{key}', or remove 'source'");
        if (names.HasGraph == false)
            map.Fault("source", "no issuer has 'graph', so that no assignment could be checked and the permit would never hold",
                "add 'graph' to the Entra issuer of these people in the configuration");
        if (EntraAssignment.Parse(source) is { } assignment) return AccessTerms.Of(assignment);
        map.Fault("source", "this names no group and no role of Entra PIM",
            "write entra-pim:group: and the object id of the group, or entra-pim:role: and the id of the role definition");
        return null;
    }

    private static TimeSpan Longest(PolicyMap map)
    {
        if (map.Text("longest") is not { } text) return AccessTerms.ShortestLongest;
        if (PolicyDurations.Read(text) is { } span && span >= AccessTerms.ShortestLongest && span <= AccessTerms.LongestLongest) return span;
        map.Fault("longest", "this is not a time span from 5m to 24h", "write a whole number with its unit, e.g. 30m or 4h");
        return AccessTerms.ShortestLongest;
    }

    private static WhoClause? GrantedBy(PolicyMap map, PolicyNames names, FaultList faults)
    {
        if (map.Node("grantedBy") is not { } node
            || PolicyMap.Read(node, map.PathOf("grantedBy"), PolicyKeys.Who, faults) is not { } people) return null;
        ClauseChecks.CheckPeople(people, names, faults);
        return RuleReader.ReadWho(people);
    }
}
