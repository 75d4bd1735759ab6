using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Approve;

/// <summary>
/// The stage that asks for the approval of a person. All approvals that request rules require are asked for in one question, as late as possible: the
/// person approves the message as it would be forwarded, after every edit and after the policy decision on this form.
/// </summary>
/// <remarks>
/// The pipeline keeps the exchange alive while it waits, ends it for every cause that ends an exchange, and asks the policy again afterwards.
/// </remarks>
public sealed class ApproveStage(IApprovals approvals) : IStage
{
    /// <inheritdoc />
    public string Name => "approve";

    /// <inheritdoc />
    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return exchange.Questions.Count == 0 ? new(StageOutcome.Continue) : AskAsync(exchange, cancellation);
    }

    private async ValueTask<StageOutcome> AskAsync(Exchange exchange, CancellationToken cancellation)
    {
        var request = new ApprovalRequest(exchange.Record.Id, exchange.Server.Name, exchange.Subject!, exchange.Message!, exchange.Questions,
            exchange.Record.At);
        var answer = await approvals.AskAsync(request, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested(); // an approver may not notice that the exchange has ended; its record is closed
        var isApproved = answer.Outcome == ApprovalOutcome.Approved;
        foreach (var question in exchange.Questions)
            exchange.Record.Add(
                new AuditPart(AuditPartKind.Approval, isApproved ? AuditOutcome.Permit : AuditOutcome.Deny, question.Reason, answer.By is null
                    ? question.Source : $"{question.Source} by {answer.By}"));
        return answer.Outcome switch
        {
            ApprovalOutcome.Approved => StageOutcome.Continue,
            ApprovalOutcome.Refused => StageOutcome.Deny(Reasons.ApprovalRefused, answer.Id),
            ApprovalOutcome.Pending => StageOutcome.Deny(Reasons.ApprovalPending, answer.Id),
            ApprovalOutcome.Crowded => StageOutcome.Deny(Reasons.ApprovalLimit),
            ApprovalOutcome.Outdated => StageOutcome.Deny(Reasons.ApprovalOutdated, answer.Id),
            _ => StageOutcome.Deny(Reasons.ApprovalUnavailable),
        };
    }
}
