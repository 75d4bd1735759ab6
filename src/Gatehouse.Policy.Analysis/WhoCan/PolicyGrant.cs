using Gatehouse.Policy.Analysis.Checking;
using Gatehouse.Policy.Explaining;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.WhoCan;

/// <summary>One way to a thing: the callers of a permit, its conditions, and the forbids that take some of it away.</summary>
/// <param name="Rule">The permit.</param>
/// <param name="Callers">The callers, as sentences that must all hold; empty for all callers.</param>
/// <param name="Conditions">The further conditions.</param>
/// <param name="Reservations">The forbids about the thing that may meet these callers.</param>
public sealed record PolicyGrant(PolicyRule Rule, IReadOnlyList<string> Callers, IReadOnlyList<string> Conditions,
    IReadOnlyList<ResidualCondition> Reservations)
{
    /// <summary>Returns the ways to a target. A permit whose callers a forbid takes away entirely is none.</summary>
    public static IReadOnlyList<PolicyGrant> Find(IReadOnlyList<PolicyRule> rules, PolicyResource thing)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(thing);
        var request = thing.ToRequest();
        var about = rules.Where(rule => IsAbout(rule, request)).ToList();
        var forbids = about.Where(rule => rule.Forbids).ToList();
        return
        [
            .. about.Where(rule => !rule.Forbids && !forbids.Any(forbid => TakesAll(forbid, rule)))
                .Select(rule => new PolicyGrant(rule, CallerText.Of(rule.Who), [.. rule.When.Select(condition => condition.ToString())],
                    [.. forbids.Select(forbid =>
                        new ResidualCondition(forbid, CallerText.Of(forbid.Who), [.. forbid.When.Select(condition => condition.ToString())]))])),
        ];
    }

    private static bool IsAbout(PolicyRule rule, in PolicyRequest request)
    {
        var covered = RuleCoverage.Judge(rule, request);
        return rule.Servers?.Contains(request.Server) != false && RuleCoverage.SpeaksOfDirection(rule, request)
            && (rule.Forbids ? (covered & Ternary.False) == 0 : (covered & Ternary.True) != 0);
    }

    // Both are about the thing; whether the forbid leaves anything is a question of callers and conditions.
    private static bool TakesAll(PolicyRule forbid, PolicyRule permit) => RuleContainment.Covers(Bare(forbid), Bare(permit));

    private static PolicyRule Bare(PolicyRule rule) =>
        rule with { Servers = null, Tools = null, Prompts = null, Resources = null, Methods = null, Directions = null };
}
