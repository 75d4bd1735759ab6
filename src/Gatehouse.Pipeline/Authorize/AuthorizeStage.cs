using Gatehouse.Audit;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Authenticate;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Explaining;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>
/// The policy enforcement point: the stage that asks the decision point whether this caller may do this on this target now, and enforces the
/// decision. For a target that the caller may not see, the answer is the same as for one that does not exist. For a target that the caller may see
/// but not use, the answer is a code and a remedy. If more scope would help, it is the challenge that names the scope (design rule 4; A14, A15).
/// </summary>
/// <param name="catalogue">The lists of the servers.</param>
/// <param name="handles">The owners of tasks; without it no caller owns a task.</param>
public sealed class AuthorizeStage(ICatalogue catalogue, IStateHandles? handles = null) : IStage
{
    private const int MostReasons = 5;

    private readonly NameResolution names = new(catalogue);
    private readonly TaskEntitlement tasks = new(catalogue, handles);
    private readonly PermitParts permits = new();

    /// <summary>
    /// Called with each caller who has a right at the server, on the thread of the request; null (default) calls nothing. A caller is among them who
    /// has the right and is refused because the server is contained. The owner of a contained session is not, because an earlier stage refuses.
    /// </summary>
    public Action<VerifiedToken>? RightFound { get; init; }

    /// <inheritdoc />
    public string Name => "authorize";

    /// <inheritdoc />
    public async ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.Snapshot.AccessChecks is { } checks) await CheckAccessAsync(exchange, checks, cancellation).ConfigureAwait(false);
        var requests = Requests(exchange);
        exchange.Questions.OfPolicy = []; // of an earlier decision about the exchange
        for (var at = 0; at < requests.Count; at++) names.Recognize(exchange, requests[at]); // nearly always one: no enumerator
        if (StepUp.ForServer(exchange, requests) is { } challenge) return challenge;
        using var questions = PolicyEvaluations.Of(exchange, requests);
        await questions.DecideAsync(exchange, cancellation).ConfigureAwait(false);
        ExternalDecisionAudit.Add(exchange, questions);
        exchange.Decision = questions.Decision(0);
        if (questions.Decision(0).IsPermitted)
        {
            NoteRight(exchange);
        }
        else
        {
            if (ContainedRights.RefusalOf(exchange, questions.Asked(0)) is not { } contained)
                return RefusePresence(exchange, requests, questions.Asked(0));
            NoteRight(exchange);
            return contained;
        }

        for (var at = 1; at < questions.Count; at++)
        {
            var outcome = await JudgeAsync(exchange, questions.Asked(at), questions.Decision(at), cancellation).ConfigureAwait(false);
            if (outcome.Refusal is not null) return outcome;
        }

        if (await tasks.RefusesAsync(exchange, cancellation).ConfigureAwait(false) is { } foreign) return StageOutcome.Deny(foreign);
        if (requests.Count > 0)
            exchange.Record.Add(permits.Of(exchange.Decision?.Reason, exchange.Decision?.RuleId));
        return StageOutcome.Continue;
    }

    private void NoteRight(Exchange exchange)
    {
        if (exchange.Caller is { } caller) RightFound?.Invoke(caller);
    }

    // The caller gets the ordinary refusal of the policy. The record says that a right was in question.
    private static async ValueTask CheckAccessAsync(Exchange exchange, IAccessChecks checks, CancellationToken cancellation)
    {
        var open = await checks.CheckAsync(exchange.Snapshot, exchange.Caller, exchange.Subject!, exchange.Server.Name, cancellation)
            .ConfigureAwait(false);
        foreach (var right in open) exchange.Record.Add(new AuditPart(AuditPartKind.Decision, AuditOutcome.Fault, "access-not-checked", right));
    }

    private async ValueTask<StageOutcome> JudgeAsync(Exchange exchange, PolicyRequest request, PolicyDecision decision,
        CancellationToken cancellation)
    {
        exchange.Decision = decision;
        if (WithoutDecision(exchange) is { } undecided) return Refuse(exchange, request, undecided);
        if (ContainedRights.RefusalOf(exchange, request) is { } contained) return contained;
        var exists = await ExistsAsync(exchange, request, decision, cancellation).ConfigureAwait(false);
        if (!decision.IsPermitted && ForPolicy(exchange, [request]) is { } more) return more;
        if (!exists) return RefuseAbsent(exchange, request, decision);
        if (!decision.IsPermitted) return Refuse(exchange, request, request.KnownMethod ? Reasons.NotPermitted : Reasons.UnknownMethod);
        return Obligations.TryFulfil(exchange, decision, request) ? StageOutcome.Continue : Refuse(exchange, request, Reasons.ObligationUnfulfilled);
    }

    private static StageOutcome RefusePresence(Exchange exchange, IReadOnlyList<PolicyRequest> requests, in PolicyRequest presence) =>
        ForPolicy(exchange, requests) ?? Refuse(exchange, presence, WithoutDecision(exchange) ?? Reasons.NoServerForCaller);

    // More scope helps only with the gateway's own policy: the scopes that an external decision point requires are not known here.
    private static StageOutcome? ForPolicy(Exchange exchange, IReadOnlyList<PolicyRequest> requests) =>
        exchange.Decision?.External is null ? StepUp.ForPolicy(exchange, requests) : null;

    // The external decision point made no decision, or one that no stage can fulfil (AZ-06). The exchange is refused with that reason.
    private static Reason? WithoutDecision(Exchange exchange) => ExternalDecisionAudit.ReasonOf(exchange.Decision?.External?.Outcome);

    // No requests for a stream, or for an answer to the server's question: these need only the right to the server.
    private static IReadOnlyList<PolicyRequest> Requests(Exchange exchange) => exchange.Message is { Method: { } method } message
        ? PolicyTargets.Of(exchange.Server.Name, method, message, IsKnown(exchange, message), exchange.Record.At)
        : [];

    private static bool IsKnown(Exchange exchange, ValidatedMessage message) =>
        exchange.Method is { } method
        && method.Direction.HasFlag(MethodDirection.ClientToServer)
        && method.Kind == message.Kind
        && method.ExistsIn(exchange.Revision!);

    // An entry in the caller's lists exists for the caller, whatever the outcome of this call: to deny that would be false and protect nothing. Every
    // other name takes the same lookup, and is not found.
    private async ValueTask<bool> ExistsAsync(Exchange exchange, PolicyRequest request, PolicyDecision decision, CancellationToken cancellation)
    {
        if (!request.KnownMethod || request.Target == PolicyTarget.None) return true;
        var seen = decision.IsPermitted
            || (await exchange.Snapshot.Decisions.DecideAsync(exchange.Subject!, request with { OpenArguments = true },
            cancellation).ConfigureAwait(false)).IsPermitted;
        // The list has the template, not the template filled in.
        var named = request is { Method: "completion/complete", Target: PolicyTarget.Resource }
            ? request with { Name = exchange.Message!.Text(EnvelopeMember.ParamsRefUri) } : request;
        return await names.KnowsAsync(exchange, named, seen, cancellation).ConfigureAwait(false);
    }

    private static StageOutcome RefuseAbsent(Exchange exchange, in PolicyRequest request, PolicyDecision decision)
    {
        var why = exchange.Withheld is { } withheld ? withheld.Reason! : DecisionReasons.NotInTheCatalogue;
        if (!decision.IsPermitted) Note(exchange, request);
        else exchange.Record.Add(exchange.Withheld ?? new AuditPart(AuditPartKind.Decision, AuditOutcome.Deny, DecisionReasons.NotInTheCatalogue));
        if (exchange.Withheld is not null) foreach (var note in exchange.WithheldNotes) exchange.Record.Add(note);
        return StageOutcome.Deny(NotFound.Refusal(exchange, request.Target, decision.IsPermitted ? why : decision.Reason));
    }

    private static StageOutcome Refuse(Exchange exchange, in PolicyRequest request, Reason reason)
    {
        Note(exchange, request);
        return StageOutcome.Deny(reason, exchange.Decision?.RuleId);
    }

    // The record has the true reason: the forbid, or the condition that kept each permit for this target from applying.
    private static void Note(Exchange exchange, in PolicyRequest request)
    {
        var decision = exchange.Decision!.Value;
        exchange.Record.Add(new AuditPart(AuditPartKind.Decision, AuditOutcome.Deny, decision.Reason, decision.RuleId));
        if (decision.Effect != PolicyEffect.Deny || decision.External is not null) return;
        foreach (var failed in exchange.Snapshot.Policy.Explain(exchange.Subject!, request).FailedReasons.Take(MostReasons))
            exchange.Record.Add(new AuditPart(AuditPartKind.Decision, AuditOutcome.Failed, DecisionReasons.PermitDidNotHold, failed));
    }
}
