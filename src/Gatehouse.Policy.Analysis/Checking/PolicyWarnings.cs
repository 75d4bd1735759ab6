using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Checking;

/// <summary>Warnings about rules that can never count: they are not wrong, but their author thought that they had an effect.</summary>
public static class PolicyWarnings
{
    /// <summary>Returns the warnings of a policy, in the order of its rules, at most one a rule.</summary>
    public static IReadOnlyList<PolicyWarning> Find(IReadOnlyList<PolicyRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return [.. rules.Select((rule, at) => Of(rules, rule, at)).OfType<PolicyWarning>()];
    }

    /// <summary>Finds permits that name callers without their issuer, where several issuers are trusted.</summary>
    /// <remarks>
    /// Threat: an administrator of one issuer chooses the members of another's <c>staff</c>. A name means something only together with its issuer.
    /// </remarks>
    /// <param name="rules">The policy.</param>
    /// <param name="trusted">The number of trusted issuers, of tokens and of certificates together.</param>
    public static IReadOnlyList<PolicyWarning> OfIssuers(IReadOnlyList<PolicyRule> rules, int trusted)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return trusted < 2 ? []
            : [.. rules.Where(rule => !rule.Forbids && rule.Who is { Issuers: null } && NamesCallers(rule.Who)).Select(OfAnyIssuer)];
    }

    private static bool NamesCallers(WhoClause who) =>
        who.Subjects is not null || who.Groups is not null || who.Roles is not null || who.Scopes is not null;

    private static PolicyWarning OfAnyIssuer(PolicyRule rule) => new(
        rule.Id, rule.Place,
        "this rule names subjects, groups, roles or scopes without issuers, so the administrator of any trusted issuer can give a user that "
            + "name",
        $"add issuers to the permit of {rule.Id}");

    private static PolicyWarning? Of(IReadOnlyList<PolicyRule> rules, PolicyRule rule, int at)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            var other = rules[i];
            if (i == at || !RuleContainment.Covers(other, rule)) continue;
            if (other.Forbids == rule.Forbids && (at > i || !RuleContainment.Covers(rule, other)) && Obliges(other, rule))
                return Contained(rule, other);
            if (other.Forbids && !rule.Forbids && !other.ReadsArguments) return Shadowed(rule, other);
        }

        return null;
    }

    // A permit that asks for more than the one that contains it is not without effect.
    private static bool Obliges(PolicyRule wide, PolicyRule narrow) => narrow.Obligations.All(wide.Obligations.Contains);

    private static PolicyWarning Contained(PolicyRule rule, PolicyRule other) => new(
        rule.Id, rule.Place,
        $"this rule {Verb(rule)} nothing that {other.Id} does not {(rule.Forbids ? "forbid" : "permit")} already",
        $"remove {rule.Id}, or make {other.Id} narrower");

    private static PolicyWarning Shadowed(PolicyRule rule, PolicyRule other) => new(
        rule.Id, rule.Place,
        $"everything that this rule permits is forbidden by {other.Id}",
        $"remove {rule.Id}, or make {other.Id} narrower");

    private static string Verb(PolicyRule rule) => rule.Forbids ? "forbids" : "permits";
}
