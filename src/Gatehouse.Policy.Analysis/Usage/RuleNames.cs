using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Usage;

/// <summary>The names of a rule, one by one.</summary>
internal static class RuleNames
{
    private static readonly string[] Callers = ["issuers", "subjects", "clients", "scopes", "roles", "groups", "strengths"];
    private static readonly string[] Things = ["tools", "prompts", "resources", "methods"];

    /// <summary>Returns all names of a rule.</summary>
    public static IEnumerable<RuleName> Of(PolicyRule rule) => Callers.Append("servers").Concat(Things)
        .SelectMany(list => Get(rule, list) is { } names ? names.Select(name => new RuleName(list, name)) : []);

    /// <summary>
    /// Returns the rule without a name, or null where nothing would be left of a list that the rule needs. Without its last caller or target a rule
    /// would be about more, not less.
    /// </summary>
    public static PolicyRule? Without(PolicyRule rule, RuleName name)
    {
        var rest = Get(rule, name.List)!.Where(other => other != name.Name).ToList();
        if (rest.Count > 0) return With(rule, name.List, rest);
        return Things.Contains(name.List) && Things.Count(list => Get(rule, list) is not null) > 1 ? With(rule, name.List, null) : null;
    }

    /// <summary>Returns a list of a rule, or null when it has none of that kind.</summary>
    public static IReadOnlyList<string>? Get(PolicyRule rule, string list) => list switch
    {
        "issuers" => rule.Who?.Issuers?.Names,
        "subjects" => rule.Who?.Subjects?.Names,
        "clients" => rule.Who?.Clients?.Names,
        "scopes" => rule.Who?.Scopes?.Names,
        "roles" => rule.Who?.Roles?.Names,
        "groups" => rule.Who?.Groups?.Names,
        "strengths" => rule.Who?.Strengths?.Names,
        "servers" => rule.Servers?.Names,
        "tools" => rule.Tools?.Names,
        "prompts" => rule.Prompts?.Names,
        "methods" => rule.Methods?.Names,
        _ => rule.Resources is null ? null : [.. rule.Resources.Patterns.Select(pattern => pattern.Text)],
    };

    /// <summary>Returns the rule with a list replaced.</summary>
    public static PolicyRule With(PolicyRule rule, string list, IReadOnlyList<string>? names)
    {
        var set = names is null ? null : new NameSet(names);
        var who = rule.Who ?? new WhoClause();
        return list switch
        {
            "issuers" => rule with { Who = who with { Issuers = set } },
            "subjects" => rule with { Who = who with { Subjects = set } },
            "clients" => rule with { Who = who with { Clients = set } },
            "scopes" => rule with { Who = who with { Scopes = set } },
            "roles" => rule with { Who = who with { Roles = set } },
            "groups" => rule with { Who = who with { Groups = set } },
            "strengths" => rule with { Who = who with { Strengths = set } },
            "servers" => rule with { Servers = set },
            "tools" => rule with { Tools = set },
            "prompts" => rule with { Prompts = set },
            "methods" => rule with { Methods = set },
            _ => rule with { Resources = names is null ? null : new UriSet(names) },
        };
    }
}
