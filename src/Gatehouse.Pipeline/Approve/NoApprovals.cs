namespace Gatehouse.Pipeline.Approve;

/// <summary>Approvals of a host without approvers: every request that needs one is refused.</summary>
public sealed class NoApprovals : IApprovals
{
    /// <inheritdoc />
    public ValueTask<ApprovalAnswer> AskAsync(ApprovalRequest request, CancellationToken cancellation) =>
        new(new ApprovalAnswer(ApprovalOutcome.Unavailable));
}
