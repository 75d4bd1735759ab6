using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.WhoCan;

/// <summary>The callers and targets that a policy itself names.</summary>
public static class PolicyInventory
{
    /// <summary>
    /// Returns a caller for each subject, client, role, group, scope and strength that a rule names, with only that, and one with none of them. A
    /// pattern represents itself with its wildcards left empty.
    /// </summary>
    public static IReadOnlyList<PolicyCaller> Callers(IEnumerable<PolicyRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var clauses = rules.Select(rule => rule.Who).OfType<WhoClause>().ToList();
        return
        [
            new PolicyCaller(),
            .. Names(clauses, who => who.Subjects).Select(name => new PolicyCaller { Subject = name }),
            .. Names(clauses, who => who.Clients).Select(name => new PolicyCaller { Client = name }),
            .. Names(clauses, who => who.Roles).Select(name => new PolicyCaller { Roles = [name] }),
            .. Names(clauses, who => who.Groups).Select(name => new PolicyCaller { Groups = [name] }),
            .. Names(clauses, who => who.Scopes).Select(name => new PolicyCaller { Scopes = [name] }),
            .. Names(clauses, who => who.Strengths).Select(name => new PolicyCaller { Strengths = [name] }),
        ];
    }

    /// <summary>Returns the targets that the rules name without a wildcard, at each of the servers that the rule is about.</summary>
    public static IReadOnlyList<PolicyResource> Things(IEnumerable<PolicyRule> rules, IReadOnlyList<string> servers)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return
        [
            .. (from rule in rules
                from server in servers
                where rule.Servers?.Contains(server) ?? true
                from thing in Things(rule, server)
                select thing).Distinct(),
        ];
    }

    private static IEnumerable<PolicyResource> Things(PolicyRule rule, string server) =>
        (rule.Tools?.Exact ?? []).Select(name => new PolicyResource(server, PolicyTarget.Tool, name))
            .Concat((rule.Prompts?.Exact ?? []).Select(name => new PolicyResource(server, PolicyTarget.Prompt, name)))
            .Concat((rule.Resources?.Patterns ?? []).Where(pattern => pattern.IsExact)
            .Select(pattern => new PolicyResource(server, PolicyTarget.Resource, pattern.Text)));

    private static IEnumerable<string> Names(List<WhoClause> clauses, Func<WhoClause, NameSet?> list) =>
        clauses.SelectMany(who => list(who)?.Names ?? []).Select(name => name.Replace("*", "", StringComparison.Ordinal))
            .Where(name => name.Length > 0).Distinct(StringComparer.Ordinal);
}
