using Gatehouse.Pipeline.Approve;
using Gatehouse.Policy;
using Gatehouse.Policy.Explaining;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// Tells whether any person could answer a question: a rule of the direction for approvals is about its target. Without one the request is refused
/// immediately, and does not wait for an answer that cannot come.
/// </summary>
internal sealed class ApproverPresence
{
    /// <summary>True on a host whose own person answers at a terminal.</summary>
    public bool HasTerminal { get; init; }

    /// <summary>Returns whether a person could answer.</summary>
    public bool CanAnswer(ApprovalRequest request) =>
        HasTerminal || request.Targets.Where(static target => target.Target != PolicyTarget.None).DefaultIfEmpty(Presence(request))
            .All(target => PermitCoverage.Has(request.Snapshot.Policy.Rules, AsApproval(target)));

    /// <summary>Returns the question to the policy whether a person may answer for a target. No argument of the call is read.</summary>
    public static PolicyRequest AsApproval(PolicyRequest target) =>
        target with { Direction = PolicyDirection.Approvals, OpenArguments = true, Arguments = default };

    private static PolicyRequest Presence(ApprovalRequest request) => new(request.Server, request.Call.Method);
}
