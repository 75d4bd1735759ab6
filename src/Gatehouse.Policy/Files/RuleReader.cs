using System.Collections.Immutable;
using Gatehouse.Policy.Conditions;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Files;

/// <summary>Reads rules. All faults are reported, and a rule with one is not among the results.</summary>
internal sealed class RuleReader(FaultList faults, PolicyNames names, string? file)
{
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);
    private readonly ConditionReader conditions = new(faults);

    public IReadOnlyList<PolicyRule> Read(YamlNode node, string path)
    {
        if (node is YamlRefused) return [];
        if (node is YamlList list) return [.. list.Items.Select((item, i) => ReadRule(item, $"{path}[{i}]")).OfType<PolicyRule>()];
        faults.Add(node.At, path, "a list is expected here", "write entries that begin with '- id: '");
        return [];
    }

    private PolicyRule? ReadRule(YamlNode node, string path)
    {
        if (PolicyMap.Read(node, path, PolicyKeys.Rule, faults) is not { } map) return null;
        var id = ReadId(map);
        if (map.Has("permit") == map.Has("forbid"))
        {
            map.Fault(map.Has("permit") ? "'permit' and 'forbid' exclude each other"
                : "there is none of 'permit', 'forbid'", "keep exactly one of them");
            return null;
        }

        var forbids = map.Has("forbid");
        var rule = ReadClause(map, forbids ? "forbid" : "permit", forbids, new PolicyRule
        {
            Id = id ?? "?",
            Description = map.Text("description"),
            Place = file is null ? null : $"{file}:{node.At.Line}",
            Forbids = forbids,
            When = map.Node("when") is { } when ? conditions.ReadList(when, map.PathOf("when")) : [],
            Obligations = ReadObligations(map, forbids),
            Access = AccessReader.Read(map, names, faults),
        });
        if (rule is not null)
        {
            CheckVariables(map, rule);
            ApprovalChecks.Check(map, rule);
            AccessReader.Check(map, rule, faults);
        }

        return id is null ? null : rule;
    }

    private string? ReadId(PolicyMap map)
    {
        if (map.Text("id") is not { } id) return null;
        if (!Paths.LooksLikeName(id))
            return map.Fault("id", "the id is not made of letters, digits, '-' and '_', at most 63, beginning with a letter",
                "choose another id, e.g. staff-read");
        return ids.Add(id) ? id : map.Fault("id", "another rule has this id already", "give each rule a different id");
    }

    private PolicyRule? ReadClause(PolicyMap rule, string key, bool forbids, PolicyRule made)
    {
        if (PolicyMap.Read(rule.Node(key)!, rule.PathOf(key), PolicyKeys.Clause, faults) is not { } map) return null;
        ClauseChecks.Check(map, forbids, names, faults);
        return made with
        {
            Who = ReadWho(map),
            Servers = Names(map, "servers"),
            Tools = Names(map, "tools"),
            Prompts = Names(map, "prompts"),
            Resources = Uris(map),
            Methods = Names(map, "methods"),
            Directions = ReadDirections(map),
        };
    }

    // A clause without a list of callers means any caller, or a forbid for all.
    internal static WhoClause? ReadWho(PolicyMap map)
    {
        if (!PolicyKeys.Who.Any(key => map.Has(key.Name))) return null;
        return new WhoClause
        {
            Issuers = Names(map, "issuers"),
            Subjects = Names(map, "subjects"),
            Clients = Names(map, "clients"),
            Scopes = Names(map, "scopes"),
            Roles = Names(map, "roles"),
            Groups = Names(map, "groups"),
            Strengths = Names(map, "strengths"),
        };
    }

    private static NameSet? Names(PolicyMap map, string key) =>
        map.Texts(key) is { } texts ? new NameSet(texts.Select(text => text.Text)) : null;

    private UriSet? Uris(PolicyMap map)
    {
        if (map.Texts("resources") is not { } texts) return null;
        var patterns = new List<UriPattern>();
        foreach (var (text, at, path) in texts)
        {
            if (UriPattern.TryParse(text, out var pattern, out var fault)) patterns.Add(pattern);
            else faults.Add(at, path, $"this pattern cannot be read: {fault}", "write it like notes://{owner}/*");
        }

        return new UriSet(patterns);
    }

    private ImmutableHashSet<PolicyDirection>? ReadDirections(PolicyMap map)
    {
        if (map.Texts("directions") is not { } texts) return null;
        var directions = new HashSet<PolicyDirection>();
        foreach (var (text, at, path) in texts)
        {
            if (PolicyKeys.Directions.Contains(text)) directions.Add(Enum.Parse<PolicyDirection>(text, ignoreCase: true));
            else faults.Add(at, path, "this is not a direction", $"write one of: {string.Join(", ", PolicyKeys.Directions)}");
        }

        return [.. directions];
    }

    private ImmutableArray<Obligation> ReadObligations(PolicyMap rule, bool forbids)
    {
        if (rule.Node("obligations") is not { } node
            || PolicyMap.Read(node, rule.PathOf("obligations"), PolicyKeys.Obligations, faults) is not { } map) return [];
        if (forbids) map.Fault("a forbid cannot have obligations", "remove 'obligations', or move them to a permit");
        if (map.Has("redaction"))
            map.Fault("redaction", "no stage fulfils 'redaction' yet, so the gateway would deny every request under this rule", "remove it");
        ImmutableArray<Obligation> obligations = ReadLog(map) ? [Obligation.LogPayload] : [];
        if (map.Node("approval") is { } approval && ApprovalReader.Read(approval, map.PathOf("approval"), names, faults) is { } terms)
            obligations = obligations.Add(Obligation.ForApproval(terms));
        return obligations;
    }

    private static bool ReadLog(PolicyMap map)
    {
        if (map.Text("log") is not { } log) return false;
        if (log is not ("standard" or "payload")) map.Fault("log", "this is not an allowed value", "write standard or payload");
        return log == "payload";
    }

    private static void CheckVariables(PolicyMap map, PolicyRule rule)
    {
        foreach (var name in rule.When.SelectMany(Variables).Distinct(StringComparer.Ordinal))
        {
            if (rule.Resources is not { Patterns.IsEmpty: false } resources)
                map.Fault("when", $"the variable {name} belongs to no resource, because the rule lists none", $"add 'resources' with {{{name}}} in it");
            else if (resources.Patterns.FirstOrDefault(pattern => !pattern.Variables.Contains(name)) is { } without)
                map.Fault("when", $"the variable {name} is not in {without.Text}",
                    $"write {{{name}}} into every resource of the rule, or write a separate rule");
        }
    }

    private static IEnumerable<string> Variables(Condition condition) => condition switch
    {
        AllCondition all => all.Parts.SelectMany(Variables),
        AnyCondition any => any.Parts.SelectMany(Variables),
        NotCondition not => Variables(not.Part),
        ValueCondition { Source.Kind: ValueSourceKind.Variable } value => [value.Source.Path.Parts[0]],
        _ => [],
    };
}
