using Gatehouse.Pipeline.Approve;
using Gatehouse.Policy;
using Gatehouse.Policy.Explaining;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// Tells whether any person could answer a question: a rule of the direction for approvals is about its target. Without one the request is refused
/// immediately, and does not wait for an answer that cannot come. Where the host takes confirmations at a terminal, its one person always can.
/// </summary>
/// <param name="isPersonal">True on the host of wrapped servers.</param>
internal sealed class ApproverPresence(bool isPersonal)
{
    /// <summary>Returns whether a person could answer.</summary>
    public bool CanAnswer(ApprovalRequest request) =>
        isPersonal || request.Snapshot.Settings.Development
            || request.Targets.Where(static target => target.Target != PolicyTarget.None).DefaultIfEmpty(Presence(request))
                .All(target => PermitCoverage.Has(request.Snapshot.Policy.Rules, AsApproval(target)));

    /// <summary>Returns the question to the policy whether a person may answer for a target. No argument of the call is read.</summary>
    public static PolicyRequest AsApproval(PolicyRequest target) =>
        target with { Direction = PolicyDirection.Approvals, OpenArguments = true, Arguments = default };

    private static PolicyRequest Presence(ApprovalRequest request) => new(request.Server, request.Call.Method);
}
