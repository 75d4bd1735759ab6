using Gatehouse.Audit;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Policy;
using Gatehouse.Policy.Explaining;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>
/// May this caller do this on this thing now? The policy enforcement point: it asks the decision point and obeys.
/// What the caller may not see is answered as what does not exist; what it may see but not do gets a code and a remedy, and
/// where more scope would help, the challenge that names it (design rule 4; A14, A15).
/// </summary>
/// <param name="catalogue">The lists of the servers.</param>
/// <param name="handles">Whose tasks are; without it no task is anybody's.</param>
public sealed class AuthorizeStage(ICatalogue catalogue, IStateHandles? handles = null) : IStage
{
    private const int MostReasons = 5;
    private const string NotInTheCatalogue = "not-in-the-catalogue";

    private readonly NameResolution names = new(catalogue);
    private readonly TaskEntitlement tasks = new(catalogue, handles);

    /// <inheritdoc />
    public string Name => "authorize";

    /// <inheritdoc />
    public async ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var requests = Requests(exchange);
        if (StepUp.ForServer(exchange, requests) is { } challenge) return challenge;
        using var questions = PolicyEvaluations.Of(exchange, requests);
        await questions.DecideAsync(exchange, cancellation).ConfigureAwait(false);
        ExternalDecisionAudit.Add(exchange, questions);
        exchange.Decision = questions.Decision(0);
        if (!questions.Decision(0).IsPermitted) return RefusePresence(exchange, requests, questions.Asked(0));
        for (var at = 1; at < questions.Count; at++)
        {
            var outcome = await JudgeAsync(exchange, questions.Asked(at), questions.Decision(at), cancellation).ConfigureAwait(false);
            if (outcome.Refusal is not null) return outcome;
        }

        if (await tasks.RefusesAsync(exchange, cancellation).ConfigureAwait(false) is { } foreign) return StageOutcome.Deny(foreign);
        if (requests.Count > 0)
            exchange.Record.Add(new AuditPart(AuditPartKind.Decision, AuditOutcome.Permit, exchange.Decision?.Reason, exchange.Decision?.RuleId));
        return StageOutcome.Continue;
    }

    private async ValueTask<StageOutcome> JudgeAsync(Exchange exchange, PolicyRequest request, PolicyDecision decision,
        CancellationToken cancellation)
    {
        exchange.Decision = decision;
        if (WithoutDecision(exchange) is { } undecided) return Refuse(exchange, request, undecided);
        var exists = await ExistsAsync(exchange, request, decision, cancellation).ConfigureAwait(false);
        if (!decision.IsPermitted && ForPolicy(exchange, [request]) is { } more) return more;
        if (!exists) return RefuseAbsent(exchange, request, decision);
        if (!decision.IsPermitted) return Refuse(exchange, request, request.KnownMethod ? Reasons.NotPermitted : Reasons.UnknownMethod);
        return Obligations.TryFulfil(exchange, decision) ? StageOutcome.Continue : Refuse(exchange, request, Reasons.ObligationUnfulfilled);
    }

    private static StageOutcome RefusePresence(Exchange exchange, IReadOnlyList<PolicyRequest> requests, in PolicyRequest presence) =>
        ForPolicy(exchange, requests) ?? Refuse(exchange, presence, WithoutDecision(exchange) ?? Reasons.NoServerForCaller);

    // More scope helps with our own policy alone: what an external decision point wants nobody here knows.
    private static StageOutcome? ForPolicy(Exchange exchange, IReadOnlyList<PolicyRequest> requests) =>
        exchange.Decision?.External is null ? StepUp.ForPolicy(exchange, requests) : null;

    // The external decision point made no decision, or one that nothing here can fulfil (AZ-06): closed, and said so.
    private static Reason? WithoutDecision(Exchange exchange) => ExternalDecisionAudit.ReasonOf(exchange.Decision?.External?.Outcome);

    // None for a stream, and for an answer that was asked for: the right to the server is what they need.
    private static IReadOnlyList<PolicyRequest> Requests(Exchange exchange) => exchange.Message is { Method: { } method } message
        ? PolicyTargets.Of(exchange.Server.Name, method, message, IsKnown(exchange, message), exchange.Record.At)
        : [];

    private static bool IsKnown(Exchange exchange, ValidatedMessage message) =>
        exchange.Method is { } method
        && method.Direction.HasFlag(MethodDirection.ClientToServer)
        && method.Kind == message.Kind
        && method.ExistsIn(exchange.Revision!);

    // What stands in the caller's lists exists for him, whatever becomes of this call; to deny that would be a lie that helps
    // nobody. Everything else is looked for just the same, and is not there.
    private async ValueTask<bool> ExistsAsync(Exchange exchange, PolicyRequest request, PolicyDecision decision, CancellationToken cancellation)
    {
        if (!request.KnownMethod || request.Target == PolicyTarget.None) return true;
        var seen = decision.IsPermitted
            || (await exchange.Snapshot.Decisions.DecideAsync(exchange.Subject!, request with { OpenArguments = true },
            cancellation).ConfigureAwait(false)).IsPermitted;
        // The list has the template, not what it was filled with.
        var named = request is { Method: "completion/complete", Target: PolicyTarget.Resource }
            ? request with { Name = exchange.Message!.Text(EnvelopeMember.ParamsRefUri) } : request;
        return await names.KnowsAsync(exchange, named, seen, cancellation).ConfigureAwait(false);
    }

    private static StageOutcome RefuseAbsent(Exchange exchange, in PolicyRequest request, PolicyDecision decision)
    {
        var why = exchange.Withheld is { } withheld ? withheld.Reason! : NotInTheCatalogue;
        if (!decision.IsPermitted) Note(exchange, request);
        else exchange.Record.Add(exchange.Withheld ?? new AuditPart(AuditPartKind.Decision, AuditOutcome.Deny, NotInTheCatalogue));
        if (exchange.Withheld is not null) foreach (var note in exchange.WithheldNotes) exchange.Record.Add(note);
        return StageOutcome.Deny(NotFound.Refusal(exchange, request.Target, decision.IsPermitted ? why : decision.Reason));
    }

    private static StageOutcome Refuse(Exchange exchange, in PolicyRequest request, Reason reason)
    {
        Note(exchange, request);
        return StageOutcome.Deny(reason, exchange.Decision?.RuleId);
    }

    // The record has the true reason: the forbid, or what kept each permit about this thing from holding.
    private static void Note(Exchange exchange, in PolicyRequest request)
    {
        var decision = exchange.Decision!.Value;
        exchange.Record.Add(new AuditPart(AuditPartKind.Decision, AuditOutcome.Deny, decision.Reason, decision.RuleId));
        if (decision.Effect != PolicyEffect.Deny || decision.External is not null) return;
        foreach (var failed in exchange.Snapshot.Policy.Explain(exchange.Subject!, request).FailedReasons.Take(MostReasons))
            exchange.Record.Add(new AuditPart(AuditPartKind.Decision, AuditOutcome.Failed, "permit-did-not-hold", failed));
    }
}
