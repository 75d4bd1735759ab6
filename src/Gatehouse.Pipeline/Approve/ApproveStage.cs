using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Resolve;
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
/// <param name="approvals">The channel to people.</param>
/// <param name="handles">Seals the states with which a request is held again; null never holds one again.</param>
/// <param name="confirmations">The questions to the person at the client; null asks none.</param>
public sealed class ApproveStage(IApprovals approvals, IStateHandles? handles = null, IConfirmations? confirmations = null)
    : IApproveStage
{
    private const string CannotConfirm = "cannot-confirm";
    private const string Stream = "stream";
    private const string NotCovered = "not-covered";

    private readonly ConfirmationAsker asker = new(confirmations, handles);

    /// <summary>Name of the stage.</summary>
    internal const string StageName = "approve";

    /// <inheritdoc />
    public string Name => StageName;

    /// <inheritdoc />
    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return exchange.Questions.All.Count == 0 ? new(StageOutcome.Continue) : AskAsync(exchange, cancellation);
    }

    /// <inheritdoc />
    public ValueTask<Refusal?> CommitAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.Questions.All.Count == 0)
        {
            exchange.Questions.Approval = null; // no rule asks any more; a grant is not used, and covers no later round
            return default;
        }

        return exchange.Questions.Approval is { } answer ? SpendAsync(exchange, answer, cancellation) : new(new Refusal(Reasons.ApprovalOutdated));
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
        // Threat: what a person does not see changes what the call does (OWASP MCP06).
        if (request.Call.HasMore) return Refuse(exchange, new ApprovalAnswer(ApprovalOutcome.Unavailable) { Detail = NotCovered });
        if (request.Terms.Strength == ApprovalStrength.Confirm
            && await ConfirmAsync(exchange, request, cancellation).ConfigureAwait(false) is { } confirmed) return confirmed;
        var answer = await approvals.AskAsync(request, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested(); // an approver may not notice that the exchange has ended; its record is closed
        if (answer.Outcome == ApprovalOutcome.Pending && Continuation(exchange, answer) is { } again) return HoldAgain(exchange, answer, again);
        return Decide(exchange, answer);
    }

    // Null where the client cannot be asked, and the rule lets an approval take the place of the confirmation. It is never a pass.
    private async ValueTask<StageOutcome?> ConfirmAsync(Exchange exchange, ApprovalRequest request, CancellationToken cancellation)
    {
        var step = await asker.AskAsync(exchange, request, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        if (step.Answer is { } answer) return Decide(exchange, answer);
        if (step.Asking is { } asking)
        {
            Record(exchange, new ApprovalAnswer(ApprovalOutcome.Pending) { Id = asking.ApprovalId, IsConfirmation = true }, AuditOutcome.Deny);
            return StageOutcome.Deny(asking);
        }

        exchange.Record.Add(new AuditPart(AuditPartKind.Approval, AuditOutcome.Warn, CannotConfirm, step.WhyNot));
        return request.Terms.OtherwiseApproval
            ? null : Refuse(exchange, new ApprovalAnswer(ApprovalOutcome.Unavailable) { Detail = CannotConfirm, IsConfirmation = true });
    }

    private static StageOutcome Decide(Exchange exchange, in ApprovalAnswer answer)
    {
        if (answer.Outcome != ApprovalOutcome.Approved) return Refuse(exchange, answer);
        exchange.Questions.Approval = answer;
        Record(exchange, answer, AuditOutcome.Permit, answer.IsRound ? " later-round" : "");
        return StageOutcome.Continue;
    }

    // MCP 2026-07-28, multi round-trip requests: a result without questions lets the client send the request again. It is held again then.
    private string? Continuation(Exchange exchange, in ApprovalAnswer answer)
    {
        if (handles is null || answer.HoldDigest.IsEmpty || answer.Id is not { } id || !exchange.MayAskForInput) return null;
        var message = exchange.Message!;
        var state = new RequestState(StateKind.Hold)
        {
            ApprovalId = id,
            Digest = answer.HoldDigest,
            Rounds = RoundsOf(exchange) + 1,
            Server = message.Part(EnvelopeMember.ParamsRequestState),
            Responses = message.Part(EnvelopeMember.ParamsInputResponses),
        };
        return state.Server.Length + state.Responses.Length <= RequestState.MostCarriedBytes ? handles.SealOnce(exchange, state) : null;
    }

    private static int RoundsOf(Exchange exchange) => exchange.Continued is { Kind: StateKind.Hold } hold ? hold.Rounds : 0;

    private static StageOutcome HoldAgain(Exchange exchange, in ApprovalAnswer answer, string state)
    {
        Record(exchange, answer, AuditOutcome.Deny, $" round {RoundsOf(exchange) + 1}");
        return StageOutcome.Deny(new Refusal(Reasons.ApprovalPending, answer.Id) { ApprovalId = answer.Id, Continuation = state });
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
            ApprovalOutcome.NotConfirmed => Reasons.ConfirmationRefused,
            ApprovalOutcome.WithoutChoice => Reasons.ConfirmationWithoutChoice,
            ApprovalOutcome.TimedOut => Reasons.ConfirmationTimeout,
            _ => Reasons.ApprovalUnavailable,
        };
        return StageOutcome.Deny(new Refusal(reason, answer.Detail ?? answer.Id) { ApprovalId = answer.Id });
    }

    private static void Record(Exchange exchange, in ApprovalAnswer answer, AuditOutcome outcome, string more = "")
    {
        var approval = answer.Id is null ? "" : $" {answer.Id}";
        var by = answer.By is null ? "" : $" by {answer.By}";
        if (answer.IsConfirmation) by += " strength=confirm";
        foreach (var question in exchange.Questions.All)
            exchange.Record.Add(new AuditPart(AuditPartKind.Approval, outcome, question.Reason, $"{question.Source}{approval}{by}{more}"));
    }
}
