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
    /// <summary>The rules that ask a person about the thing. They ask whichever permit holds.</summary>
    public IReadOnlyList<ResidualCondition> Approvals { get; init; } = [];

    /// <summary>Returns the ways to a target. A permit whose callers a forbid takes away entirely is none.</summary>
    public static IReadOnlyList<PolicyGrant> Find(IReadOnlyList<PolicyRule> rules, PolicyResource thing)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(thing);
        var request = thing.ToRequest();
        var about = rules.Where(rule => IsAbout(rule, request)).ToList();
        var forbids = about.Where(rule => rule.Forbids).ToList();
        List<ResidualCondition> asking = [.. about.Where(rule => rule is { Forbids: false, Approval: not null }).Select(Residual)];
        return
        [
            .. about.Where(rule => !rule.Forbids && !forbids.Any(forbid => TakesAll(forbid, rule)))
                .Select(rule => new PolicyGrant(rule, CallerText.Of(rule.Who), ConditionsOf(rule),
                    [.. forbids.Select(Residual)]) { Approvals = [.. asking.Where(ask => !AreApart(ask.Rule.Who, rule.Who))] }),
        ];
    }

    private static IReadOnlyList<string> ConditionsOf(PolicyRule rule) =>
        [.. AccessText.Condition(rule.Access, "with this right, granted for a time"), .. rule.When.Select(condition => condition.ToString())];

    private static ResidualCondition Residual(PolicyRule rule) =>
        new(rule, CallerText.Of(rule.Who), [.. rule.When.Select(condition => condition.ToString())]);

    // Two rules for different single subjects never meet. For every other list a caller may have several names.
    private static bool AreApart(WhoClause? one, WhoClause? other) =>
        one?.Subjects is { } left && other?.Subjects is { } right && left.Patterns.IsEmpty && right.Patterns.IsEmpty
        && !left.Names.Any(right.Contains);

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
