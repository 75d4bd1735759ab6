using Gatehouse.Policy.Explaining;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Testing;

/// <summary>The result of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Explanation">The path to the verdict.</param>
public sealed record PolicyCaseResult(PolicyCase Case, PolicyExplanation Explanation)
{
    /// <summary>True when verdict and rule are the expected ones.</summary>
    public bool IsAsExpected =>
        Explanation.Decision.Effect == Case.Expected
            && (Case.Rule is null
            || Explanation.Applying.Any(trace => trace.Rule.Id == Case.Rule && trace.Rule.Forbids == (Case.Expected == PolicyEffect.Forbid)))
            && (Case.Approval is not { } approval || approval == Explanation.Decision.Obligations.Any(one => one.Kind == ObligationKind.Approval));
}
