using Gatehouse.Policy.Matching;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Files;

/// <summary>The meaning of a clause's lists together: a rule that says more or less than its author meant is a fault.</summary>
internal static class ClauseChecks
{
    public static void Check(PolicyMap map, bool forbids, PolicyNames names, FaultList faults)
    {
        var who = PolicyKeys.Who.Where(key => map.Has(key.Name)).ToList();
        if (!forbids && who.Count == 0 && !map.Has("anyone"))
            map.Fault("the rule names no callers",
                "name at least one of 'issuers', 'subjects', 'clients', 'scopes', 'roles', 'groups', 'strengths', or write 'anyone: true'");
        CheckAnyone(map, who.Count > 0);
        foreach (var key in who) CheckCallers(map, key.Name, faults);
        CheckExists(map, "servers", names.Servers, "server", faults);
        CheckExists(map, "issuers", names.Issuers, "issuer", faults);
    }

    /// <summary>Checks lists of people that are no part of a clause.</summary>
    public static void CheckPeople(PolicyMap map, PolicyNames names, FaultList faults)
    {
        foreach (var key in PolicyKeys.Who.Where(key => map.Has(key.Name))) CheckCallers(map, key.Name, faults);
        CheckExists(map, "issuers", names.Issuers, "issuer", faults);
    }

    private static void CheckAnyone(PolicyMap map, bool namesSome)
    {
        if (map.Switch("anyone") is not { } anyone) return;
        if (!anyone) map.Fault("anyone", "'anyone: false' has no effect", "remove it");
        else if (namesSome) map.Fault("anyone", "the rule names both anyone and single callers", "keep 'anyone' or the lists of callers");
    }

    private static void CheckCallers(PolicyMap map, string key, FaultList faults)
    {
        foreach (var (text, at, path) in map.Texts(key) ?? [])
        {
            if (key == "scopes") CheckScope(text, at, path, faults);
            else if (text.All(letter => letter == '*'))
                faults.Add(at, path, "this matches every caller, although it does not look so",
                    "name the callers, or write 'anyone: true' if you mean every caller");
        }
    }

    private static void CheckScope(string scope, YamlMark at, string path, FaultList faults)
    {
        if (ScopeNames.IsFaulty(scope, out var fault, out var remedy)) faults.Add(at, path, fault, remedy);
    }

    private static void CheckExists(PolicyMap map, string key, IReadOnlyList<string> known, string what, FaultList faults)
    {
        if (known.Count == 0 || !map.Has(key)) return;
        foreach (var (text, at, path) in map.Texts(key) ?? [])
        {
            if (!known.Any(new NamePattern(text).Matches))
                faults.Add(at, path, $"no {what} of this configuration matches", $"use one of: {string.Join(", ", known)}");
        }
    }
}
