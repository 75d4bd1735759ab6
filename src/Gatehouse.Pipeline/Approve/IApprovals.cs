namespace Gatehouse.Pipeline.Approve;

/// <summary>The channel to a person who decides about a held exchange.</summary>
public interface IApprovals
{
    /// <summary>Asks once, and returns when there is an answer. The exchange bounds the wait: at its end the cancellation is signalled.</summary>
    ValueTask<ApprovalAnswer> AskAsync(ApprovalRequest request, CancellationToken cancellation);
}

/// <summary>The approvals of a host without approvers: every request that needs one is refused.</summary>
public sealed class NoApprovals : IApprovals
{
    /// <inheritdoc />
    public ValueTask<ApprovalAnswer> AskAsync(ApprovalRequest request, CancellationToken cancellation) =>
        new(new ApprovalAnswer(ApprovalOutcome.Unavailable));
}
