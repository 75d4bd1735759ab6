using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Pipeline.Approve;

/// <summary>The channel to a person who decides about a held exchange.</summary>
public interface IApprovals
{
    /// <summary>
    /// Finds a grant that waits for the call, or asks, and returns when there is an answer or the call may wait no longer. The exchange bounds the
    /// wait as well: at its end the cancellation is signalled.
    /// </summary>
    ValueTask<ApprovalAnswer> AskAsync(ApprovalRequest request, CancellationToken cancellation);

    /// <summary>
    /// Uses an approval up for the call in its form of now, directly before it is forwarded. It is durable before it returns. Of several uses exactly
    /// one gets <see cref="ApprovalOutcome.Approved"/>.
    /// </summary>
    ValueTask<ApprovalOutcome> SpendAsync(ApprovalRequest now, ApprovalAnswer answer, CancellationToken cancellation);
}

/// <summary>The approvals of a host without approvers: every request that needs one is refused.</summary>
public sealed class NoApprovals : IApprovals
{
    /// <inheritdoc />
    public ValueTask<ApprovalAnswer> AskAsync(ApprovalRequest request, CancellationToken cancellation) =>
        new(new ApprovalAnswer(ApprovalOutcome.Unavailable));

    /// <inheritdoc />
    public ValueTask<ApprovalOutcome> SpendAsync(ApprovalRequest now, ApprovalAnswer answer, CancellationToken cancellation) =>
        new(ApprovalOutcome.Unavailable);
}
