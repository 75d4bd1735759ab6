using Gatehouse.Policy.Analysis.Verdicts;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Testing;

/// <summary>The result of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Verdict">The verdict of the gateway, with the path to it.</param>
public sealed record PolicyCaseResult(PolicyCase Case, GatewayVerdict Verdict)
{
    /// <summary>True when the verdict of the gateway and the rule that made it are the expected ones.</summary>
    public bool IsAsExpected =>
        Verdict.Effect == Case.Expected
            && IsTokenAsExpected
            && (Case.Rule is null
            || Verdict.Applying.Any(trace => trace.Rule.Id == Case.Rule && trace.Rule.Forbids == (Case.Expected == PolicyEffect.Forbid)))
            && (Case.Approval is not { } approval || approval == Verdict.AsksPerson);

    /// <summary>True when the rules would permit a request whose token the server refuses, and the case does not ask for that refusal.</summary>
    public bool IsRefusedOnlyForToken => Case.TokenRefused is null && Verdict.Refusal is not null && Verdict.Explanation.Decision.IsPermitted;

    private bool IsTokenAsExpected => Case.TokenRefused is { } refused ? refused == (Verdict.Refusal is not null) : !IsRefusedOnlyForToken;
}
