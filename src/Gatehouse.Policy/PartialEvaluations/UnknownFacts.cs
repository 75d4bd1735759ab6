using Gatehouse.Policy.Decisions;

namespace Gatehouse.Policy.PartialEvaluations;

/// <summary>The facts whose absence keeps a verdict open.</summary>
public static class UnknownFacts
{
    /// <summary>Returns the facts, such as <c>argument amount</c>, each once. Empty where the verdict is certain.</summary>
    public static IReadOnlyList<string> Of(PolicyDecisionPoint policy, PolicySubject subject, PolicyRequest request, PolicyKnowledge known)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var open = policy.Rules.Select(rule => (Rule: rule, Effect: RulePartialEvaluation.Of(rule, subject, request, known)))
            .Where(static one => one.Effect.May).ToList();
        if (open.Any(static one => one.Rule.Forbids && one.Effect.Must)) return [];
        var isPermitted = open.Any(static one => !one.Rule.Forbids && one.Effect.Must);
        return
        [
            .. open.Where(one => !one.Effect.Must && (one.Rule.Forbids || !isPermitted))
                .SelectMany(one => RulePartialEvaluation.UnknownFacts(one.Rule, subject, request, known)).Distinct(StringComparer.Ordinal),
        ];
    }
}
