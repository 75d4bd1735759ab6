namespace Gatehouse.Pipeline.Approvals;

/// <summary>Approvals of a host without approvers: every request that needs one is refused.</summary>
public sealed class NoApprovals : IApprovals
{
    /// <inheritdoc />
    public ValueTask<ApprovalAnswer> AskAsync(ApprovalRequest request, CancellationToken cancellation) => new(new ApprovalAnswer(ApprovalOutcome.Unavailable));
}
