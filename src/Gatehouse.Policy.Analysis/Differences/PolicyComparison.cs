using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Differences;

/// <summary>The requests that two policies judge differently.</summary>
/// <remarks>
/// Exact over issuer, subject, client, scope, role, group, strength, server, direction, method and name: the patterns of both
/// policies cut each of these into finitely many classes, and one name of each class is tried. For conditions a request is
/// looked for that both policies judge differently; where none is found and the conditions are of a kind that cannot be
/// searched exhaustively, the difference is reported as not certain. URI templates in lists are not compared.
/// </remarks>
/// <param name="Differences">The differences: one a permit, server and class of names; new permits first, the widest first.</param>
/// <param name="IsComplete">False when the bound on work was reached: there may be more.</param>
public sealed record PolicyComparison(IReadOnlyList<PolicyDifference> Differences, bool IsComplete)
{
    /// <summary>Work that is done when nothing else is asked for, in judged combinations.</summary>
    public const int UsualWork = 4_000_000;

    /// <summary>
    /// Requests for which the old policy asked a person, or may have asked, and the new one does not, or asks for a confirmation by the caller in the
    /// place of an approval: one a permit, server and class of names.
    /// </summary>
    public IReadOnlyList<PolicyDifference> NoLongerAsked { get; init; } = [];

    /// <summary>
    /// True when the new policy permits something that the old one did not, or may permit it, with or without the approval of a person.
    /// </summary>
    public bool PermitsMore => NoLongerAsked.Count > 0 || Differences.Any(difference => difference.IsPermitted);

    /// <summary>Compares two policies.</summary>
    /// <param name="old">The policy as it was.</param>
    /// <param name="next">The policy as it will be.</param>
    /// <param name="servers">Names of the servers there are. Empty when they are not known.</param>
    /// <param name="work">Bound on the work.</param>
    public static PolicyComparison Of(PolicyDecisionPoint old, PolicyDecisionPoint next, IReadOnlyList<string> servers, int work = UsualWork)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(next);
        ArgumentNullException.ThrowIfNull(servers);
        if (old.Rules.Concat(next.Rules).All(static rule => rule.Access is null)) return OfLasting(old, next, servers, work);
        // A right for a time can become a lasting one, and the reverse. So what people can get is compared, and what they always have.
        var attainable = OfLasting(WithRights(old), WithRights(next), servers, work);
        var lasting = OfLasting(WithoutRights(old), WithoutRights(next), servers, work);
        return new PolicyComparison(Joined(attainable.Differences, lasting.Differences), attainable.IsComplete && lasting.IsComplete)
        {
            NoLongerAsked = Joined(attainable.NoLongerAsked, lasting.NoLongerAsked),
        };
    }

    private static PolicyComparison OfLasting(PolicyDecisionPoint old, PolicyDecisionPoint next, IReadOnlyList<string> servers, int work)
    {
        var budget = new WorkBudget(work);
        var world = new PolicyUniverse([.. old.Rules, .. next.Rules], servers, budget);
        var gain = new DifferenceSearch(old, next, world, budget, isPermitted: true);
        var loss = new DifferenceSearch(next, old, world, budget, isPermitted: false);
        IReadOnlyList<PolicyDifference> all = [.. Order(gain.Run()), .. Order(loss.Run())];
        var isComplete = gain.IsComplete && loss.IsComplete && world.IsComplete && !budget.IsSpent;
        var (unasked, isWhole) = UnaskedOrWeaker(old, next, servers, work);
        return new PolicyComparison(all, isComplete && isWhole)
        {
            NoLongerAsked = [.. unasked.Where(one => one.Request is { Direction: PolicyDirection.Calls, ActsOnTarget: true }
                && !all.Any(known => known.IsPermitted && IsSame(known, one)))],
        };
    }

    private static PolicyDecisionPoint WithRights(PolicyDecisionPoint policy) =>
        new(policy.Rules.Select(static rule => rule.Access is null ? rule : rule with { Access = null }));

    private static PolicyDecisionPoint WithoutRights(PolicyDecisionPoint policy) => new(policy.Rules.Where(static rule => rule.Access is null));

    private static IReadOnlyList<PolicyDifference> Joined(IReadOnlyList<PolicyDifference> one, IReadOnlyList<PolicyDifference> other) =>
        [.. one, .. other.Where(difference => !one.Any(known => known.IsPermitted == difference.IsPermitted && IsSame(known, difference)))];

    // A confirmation by the caller in the place of an approval by another person is less than the old policy asked for.
    private static (IReadOnlyList<PolicyDifference> Found, bool IsComplete) UnaskedOrWeaker(PolicyDecisionPoint old, PolicyDecisionPoint next,
        IReadOnlyList<string> servers, int work)
    {
        var (found, isComplete) = Unasked(old, next, ApprovalStrength.Confirm, servers, work);
        if (!next.Rules.Any(static rule => Asks(rule, ApprovalStrength.Confirm) && !Asks(rule, ApprovalStrength.Approval)))
            return (found, isComplete);
        var (weaker, isWhole) = Unasked(old, next, ApprovalStrength.Approval, servers, work);
        return (Joined(found, weaker), isComplete && isWhole);
    }

    // A rule that asks restricts as a forbid does. The requests that pass without a person are those that are permitted with it as a forbid.
    private static (IReadOnlyList<PolicyDifference> Found, bool IsComplete) Unasked(PolicyDecisionPoint old, PolicyDecisionPoint next,
        ApprovalStrength least, IReadOnlyList<string> servers, int work)
    {
        if (!old.Rules.Any(rule => Asks(rule, least))) return ([], true);
        var (before, after) = (WithoutPeople(old, least), WithoutPeople(next, least));
        var budget = new WorkBudget(work);
        var world = new PolicyUniverse([.. before.Rules, .. after.Rules], servers, budget);
        var gain = new DifferenceSearch(before, after, world, budget, isPermitted: true);
        return ([.. Order(gain.Run())], gain.IsComplete && world.IsComplete && !budget.IsSpent);
    }

    private static bool IsSame(PolicyDifference one, PolicyDifference other) =>
        one.Rule.Id == other.Rule.Id && one.Request.Direction == other.Request.Direction
        && (one.Request.Server, one.Request.Method, one.Request.Name) == (other.Request.Server, other.Request.Method, other.Request.Name);

    private static PolicyDecisionPoint WithoutPeople(PolicyDecisionPoint policy, ApprovalStrength least) =>
        new(policy.Rules.Select(rule => Asks(rule, least) ? AskingRules.AsRestriction(rule) : WithoutWeaker(rule)));

    private static bool Asks(PolicyRule rule, ApprovalStrength least) => rule is { Forbids: false, Approval: { } terms } && terms.Strength >= least;

    private static PolicyRule WithoutWeaker(PolicyRule rule) =>
        rule.Approval is null ? rule : rule with { Obligations = [.. AskingRules.Others(rule)] };

    private static IEnumerable<PolicyDifference> Order(IReadOnlyList<PolicyDifference> differences) =>
        differences.GroupBy(difference => difference.Rule).OrderBy(group => group.Key.Who is null ? 0 : 1).ThenByDescending(group => group.Count())
            .SelectMany(group => group);
}
