using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// A step on the way to an answer: the answer, a place among those that wait for it, or neither when the question has changed meanwhile.
/// </summary>
/// <param name="Answer">The answer; null when there is none yet.</param>
/// <param name="Row">The question that is waited for; null when none is.</param>
/// <param name="Waiter">The place; null when there is none.</param>
internal sealed record ApprovalStep(ApprovalAnswer? Answer, ApprovalRow? Row, TaskCompletionSource<ApprovalAnswer>? Waiter)
{
    /// <summary>The question changed meanwhile: look again.</summary>
    public static ApprovalStep Again { get; } = new(null, null, null);

    /// <summary>An answer.</summary>
    public static ApprovalStep Of(ApprovalAnswer answer) => new(answer, null, null);
}
