namespace Gatehouse.Pipeline.Approve;

/// <summary>Asks a person about an exchange that is held.</summary>
public interface IApprovals
{
    /// <summary>Asks once, and returns when there is an answer. The exchange bounds the wait: at its end the cancellation is signalled.</summary>
    ValueTask<ApprovalAnswer> AskAsync(ApprovalRequest request, CancellationToken cancellation);
}

/// <summary>Approvals of a host without approvers: every request that needs one is refused.</summary>
public sealed class NoApprovals : IApprovals
{
    /// <inheritdoc />
    public ValueTask<ApprovalAnswer> AskAsync(ApprovalRequest request, CancellationToken cancellation) =>
        new(new ApprovalAnswer(ApprovalOutcome.Unavailable));
}
