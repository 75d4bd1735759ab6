using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Records;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>
/// The answer to a caller that a containment keeps from something. A caller who has the right to it otherwise learns that it is contained. Every
/// other caller gets the answer of a policy without the right: a containment reveals to no stranger that a thing exists (AZ-01).
/// </summary>
internal static class ContainedRights
{
    /// <summary>Returns the refusal, where a containment made the decision of the exchange and the caller has the right otherwise.</summary>
    public static StageOutcome? RefusalOf(Exchange exchange, in PolicyRequest request)
    {
        if (exchange.Decision is not { } decision || RefusalOf(exchange, exchange.Snapshot, decision, request) is not { } refusal) return null;
        exchange.Record.Add(new AuditPart(AuditPartKind.Decision, AuditOutcome.Deny, decision.Reason, decision.RuleId));
        return StageOutcome.Deny(refusal);
    }

    /// <summary>Returns the refusal, where a containment made a decision and the caller has the right otherwise.</summary>
    public static Refusal? RefusalOf(Exchange exchange, GatewaySnapshot snapshot, in PolicyDecision decision, in PolicyRequest request) =>
        ContainmentRuleIds.ContainmentOf(decision.RuleId) is { } containment
            && snapshot.Uncontained?.Decide(exchange.Subject!, request).IsPermitted == true
            ? new Refusal(Reasons.Contained, containment) : null;
}
