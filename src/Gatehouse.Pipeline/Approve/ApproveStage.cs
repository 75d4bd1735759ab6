using Gatehouse.Audit;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Approve;

/// <summary>
/// Does a person have to approve it? The approvals that rules of requests demand are asked for in one question, as late as possible: what is
/// approved is the message as it would be forwarded, after every edit and after it was decided on in this form.
/// </summary>
/// <remarks>
/// The pipeline keeps the exchange alive while it waits, ends it by every cause that ends an exchange, and decides it again afterwards.
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
        cancellation.ThrowIfCancellationRequested(); // an asker may not notice that the exchange has ended; its entry is closed
        var isApproved = answer.Outcome == ApprovalOutcome.Approved;
        foreach (var question in exchange.Questions)
            exchange.Record.Add(
                new AuditPart(AuditPartKind.Approval, isApproved ? AuditOutcome.Permit : AuditOutcome.Deny, question.Reason, answer.By is null
                    ? question.Source : $"{question.Source} by {answer.By}"));
        return answer.Outcome switch
        {
            ApprovalOutcome.Approved => StageOutcome.Continue,
            ApprovalOutcome.Refused => StageOutcome.Deny(Reasons.ApprovalRefused),
            _ => StageOutcome.Deny(Reasons.ApprovalUnavailable),
        };
    }
}
