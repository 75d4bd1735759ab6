using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy.Rules;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Approve;

/// <summary>
/// The stage that asks for the approval of a person. All approvals that the policy and the request rules require are asked for in one question, as
/// late as possible: the person approves the message as it would be forwarded, after every edit and after the policy decision on this form.
/// </summary>
/// <remarks>
/// The pipeline keeps the exchange alive while it waits, ends it for every cause that ends an exchange, and asks the policy again afterwards. The
/// approval is used up directly before the message is sent (<see cref="CommitAsync"/>), so that a full queue or a full log uses none.
/// </remarks>
public sealed class ApproveStage(IApprovals approvals) : IStage
{
    private const string CannotConfirm = "cannot-confirm";
    private const string Stream = "stream";

    /// <inheritdoc />
    public string Name => "approve";

    /// <inheritdoc />
    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return exchange.Questions.Count == 0 ? new(StageOutcome.Continue) : AskAsync(exchange, cancellation);
    }

    /// <summary>
    /// Uses the approval up for the exchange in its form of now. The rules, the definition or the server may have changed since the person was asked.
    /// </summary>
    /// <returns>The reason why the exchange ends; null when it is forwarded.</returns>
    internal ValueTask<Refusal?> CommitAsync(Exchange exchange, CancellationToken cancellation)
    {
        if (exchange.Approval is null && exchange.Questions.Count == 0) return default; // no rule asks
        if (exchange.Questions.Count == 0) return default; // no rule asks any more; the grant is not used
        return exchange.Approval is { } answer ? SpendAsync(exchange, answer, cancellation) : new(new Refusal(Reasons.ApprovalOutdated));
    }

    private async ValueTask<Refusal?> SpendAsync(Exchange exchange, ApprovalAnswer answer, CancellationToken cancellation)
    {
        var outcome = await approvals.SpendAsync(ApprovalRequest.Of(exchange), answer, cancellation).ConfigureAwait(false);
        if (outcome == ApprovalOutcome.Approved) return null;
        var reason = outcome == ApprovalOutcome.Unavailable ? Reasons.ApprovalUnavailable : Reasons.ApprovalOutdated;
        exchange.Record.Add(new AuditPart(AuditPartKind.Approval, AuditOutcome.Deny, reason.Slug, answer.Id));
        return new Refusal(reason, answer.Id) { ApprovalId = answer.Id };
    }

    private async ValueTask<StageOutcome> AskAsync(Exchange exchange, CancellationToken cancellation)
    {
        if (exchange.Message is not { Kind: MessageKind.Request, Method: not "subscriptions/listen" })
            return Refuse(exchange, new ApprovalAnswer(ApprovalOutcome.Unavailable) { Detail = Stream });
        var request = ApprovalRequest.Of(exchange);
        // A confirmation in the conversation cannot be asked for: the rule says what holds then.
        if (request.Terms is { Strength: ApprovalStrength.Confirm, OtherwiseApproval: false })
            return Refuse(exchange, new ApprovalAnswer(ApprovalOutcome.Unavailable) { Detail = CannotConfirm });
        var answer = await approvals.AskAsync(request, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested(); // an approver may not notice that the exchange has ended; its record is closed
        if (answer.Outcome != ApprovalOutcome.Approved) return Refuse(exchange, answer);
        exchange.Approval = answer;
        Record(exchange, answer, AuditOutcome.Permit);
        return StageOutcome.Continue;
    }

    private static StageOutcome Refuse(Exchange exchange, in ApprovalAnswer answer)
    {
        Record(exchange, answer, AuditOutcome.Deny);
        var reason = answer.Outcome switch
        {
            ApprovalOutcome.Refused => Reasons.ApprovalRefused,
            ApprovalOutcome.Pending => Reasons.ApprovalPending,
            ApprovalOutcome.Crowded => Reasons.ApprovalLimit,
            ApprovalOutcome.Outdated => Reasons.ApprovalOutdated,
            _ => Reasons.ApprovalUnavailable,
        };
        return StageOutcome.Deny(new Refusal(reason, answer.Detail ?? answer.Id) { ApprovalId = answer.Id });
    }

    private static void Record(Exchange exchange, in ApprovalAnswer answer, AuditOutcome outcome)
    {
        var approval = answer.Id is null ? "" : $" {answer.Id}";
        var by = answer.By is null ? "" : $" by {answer.By}";
        foreach (var question in exchange.Questions)
            exchange.Record.Add(new AuditPart(AuditPartKind.Approval, outcome, question.Reason, $"{question.Source}{approval}{by}"));
    }
}
