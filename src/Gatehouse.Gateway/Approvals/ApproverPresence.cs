using Gatehouse.Pipeline.Approve;
using Gatehouse.Policy.Explaining;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// Tells whether any person could answer a question: a rule of the direction for approvals is about each of its targets. Without one the request is
/// refused immediately, and does not wait for an answer that cannot come. Where the host takes confirmations at a terminal, its one person always
/// can.
/// </summary>
/// <param name="isPersonal">True on the host of wrapped servers.</param>
internal sealed class ApproverPresence(bool isPersonal)
{
    /// <summary>Returns whether a person could answer.</summary>
    public bool CanAnswer(ApprovalRequest request) => isPersonal || request.Snapshot.Settings.Development
        || ApprovalTargets.All(request.Server, request.Call.Method, ApprovalTargets.Of(request.Targets), request.At)
            .All(target => PermitCoverage.Has(request.Snapshot.Policy.Rules, target));
}
