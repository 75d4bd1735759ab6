using Gatehouse.Pipeline.Approve;
using Gatehouse.Policy;
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
    public bool CanAnswer(ApprovalRequest request) =>
        HasTerminal(request) || TargetsOf(request).All(target => PermitCoverage.Has(request.Snapshot.Policy.Rules, target));

    /// <summary>
    /// Returns names of the people who could answer: the ids of the rules that name them, in ordinal order. Questions with the same names come to the
    /// same people. The one person at the terminal has one name for all questions.
    /// </summary>
    public IEnumerable<string> ApproverSetOf(ApprovalRequest request) => HasTerminal(request) ? ["terminal"] :
    [
        "rules",
        .. TargetsOf(request).SelectMany(target => PermitCoverage.Of(request.Snapshot.Policy.Rules, target)).Select(static rule => rule.Id)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    private bool HasTerminal(ApprovalRequest request) => isPersonal || request.Snapshot.Settings.Development;

    private static IReadOnlyList<PolicyRequest> TargetsOf(ApprovalRequest request) =>
        ApprovalTargets.All(request.Server, request.Call.Method, ApprovalTargets.Of(request.Targets), request.At);
}
