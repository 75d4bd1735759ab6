using Gatehouse.Policy.Explaining;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Testing;

/// <summary>The result of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Explanation">The path to the verdict.</param>
public sealed record PolicyCaseResult(PolicyCase Case, PolicyExplanation Explanation)
{
    /// <summary>The refusal by the server before any rule is asked, in words; null where the server accepts the token of the caller.</summary>
    public string? Refusal { get; init; }

    /// <summary>The verdict of the gateway: that of the rules, but no permit where the server refuses the token.</summary>
    public PolicyEffect Effect =>
        Refusal is not null && Explanation.Decision.IsPermitted ? PolicyEffect.Deny : Explanation.Decision.Effect;

    /// <summary>True when verdict and rule are the expected ones.</summary>
    public bool IsAsExpected =>
        Effect == Case.Expected
            && (Case.Rule is null
            || Explanation.Applying.Any(trace => trace.Rule.Id == Case.Rule && trace.Rule.Forbids == (Case.Expected == PolicyEffect.Forbid)))
            && (Case.Approval is not { } approval || approval == Explanation.Decision.Obligations.Any(one => one.Kind == ObligationKind.Approval));
}
