using Gatehouse.Policy.Explaining;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Policy.Analysis.Verdicts;

/// <summary>The verdict of the gateway about a request: that of the rules, unless the server refuses the token before they are asked.</summary>
/// <param name="Explanation">The verdict of the rules, with the path to it.</param>
/// <param name="Refusal">The refusal by the server; null where the server accepts the token, or no configuration is known.</param>
public sealed record GatewayVerdict(PolicyExplanation Explanation, ServerRefusal? Refusal)
{
    /// <summary>The verdict: deny where the server refuses the token, also where a rule forbids, because no rule is asked then.</summary>
    public PolicyEffect Effect => Refusal is null ? Explanation.Decision.Effect : PolicyEffect.Deny;

    /// <summary>True when the gateway lets the request pass, once every obligation is fulfilled.</summary>
    public bool IsPermitted => Effect == PolicyEffect.Permit;

    /// <summary>The rules that count for the verdict; none where the server refuses the token.</summary>
    public IEnumerable<RuleTrace> Applying => Refusal is null ? Explanation.Applying : [];

    /// <summary>True when a person is asked before the request may pass.</summary>
    public bool AsksPerson => IsPermitted && Explanation.Decision.Obligations.Any(static one => one.Kind == ObligationKind.Approval);
}
