using Gatehouse.Audit;
using Gatehouse.Identity;
using Gatehouse.Policy;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Stages;

/// <summary>
/// May this caller do this on this thing now? The policy enforcement point: it asks the decision point and obeys.
/// What the caller may not see is answered as what does not exist; what it may see but not do gets a code and a remedy, and
/// where more scope would help, the challenge that names it (design rule 4; A14, A15).
/// </summary>
public sealed class AuthorizeStage : IStage
{
    private const int MostReasons = 5;

    /// <inheritdoc />
    public string Name => "authorize";

    /// <inheritdoc />
    public async ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var requests = Requests(exchange);
        if (StepUp.ForServer(exchange, requests) is { } challenge) return challenge;
        using var questions = Questions.Of(exchange, requests);
        await questions.DecideAsync(exchange, cancellation).ConfigureAwait(false);
        ExternalParts.Add(exchange, questions);
        exchange.Decision = questions.Decision(0);
        if (!questions.Decision(0).IsPermitted) return RefusePresence(exchange, requests, questions.Asked(0));
        for (var at = 1; at < questions.Count; at++)
        {
            exchange.Decision = questions.Decision(at);
            if (!questions.Decision(at).IsPermitted)
                return ForPolicy(exchange, [questions.Asked(at)]) ?? await RefuseTargetAsync(exchange, questions.Asked(at), cancellation).ConfigureAwait(false);
            if (!Obligations.TryFulfil(exchange, questions.Decision(at))) return Refuse(exchange, questions.Asked(at), Reasons.ObligationUnfulfilled);
        }

        if (requests.Count > 0) exchange.Record.Add(new AuditPart("decision", "permit", exchange.Decision?.Reason, exchange.Decision?.RuleId));
        return StageOutcome.Continue;
    }

    private static StageOutcome RefusePresence(Exchange exchange, IReadOnlyList<PolicyRequest> requests, in PolicyRequest presence) =>
        ForPolicy(exchange, requests) ?? Refuse(exchange, presence, WithoutDecision(exchange) ?? Reasons.NoServerForCaller);

    // More scope helps with our own policy alone: what an external decision point wants nobody here knows.
    private static StageOutcome? ForPolicy(Exchange exchange, IReadOnlyList<PolicyRequest> requests) =>
        exchange.Decision?.External is null ? StepUp.ForPolicy(exchange, requests) : null;

    // The external decision point made no decision, or one that nothing here can fulfil (AZ-06): closed, and said so.
    private static Reason? WithoutDecision(Exchange exchange) => ExternalParts.ReasonOf(exchange.Decision?.External?.Outcome);

    // None for a stream, and for an answer that was asked for: the right to the server is what they need.
    private static IReadOnlyList<PolicyRequest> Requests(Exchange exchange) => exchange.Message is { Method: { } method } message
        ? PolicyTargets.Of(exchange.Server.Name, method, message, IsKnown(exchange, message), exchange.Record.At)
        : [];

    private static bool IsKnown(Exchange exchange, ProvenMessage message) =>
        exchange.Method is { } method
        && method.Direction.HasFlag(MethodDirection.ClientToServer)
        && method.Kind == message.Kind
        && method.ExistsIn(exchange.Revision!);

    private static async ValueTask<StageOutcome> RefuseTargetAsync(Exchange exchange, PolicyRequest request, CancellationToken cancellation)
    {
        if (WithoutDecision(exchange) is { } reason) return Refuse(exchange, request, reason);
        if (!request.KnownMethod) return Refuse(exchange, request, Reasons.UnknownMethod);
        if (request.Target == PolicyTarget.None) return Refuse(exchange, request, Reasons.NotPermitted);
        // It stands in the caller's lists, so to deny that it exists would be a lie that helps nobody.
        var seen = await exchange.Snapshot.Decisions.DecideAsync(exchange.Subject!, request with { OpenArguments = true }, cancellation).ConfigureAwait(false);
        if (seen.IsPermitted) return Refuse(exchange, request, Reasons.NotPermitted);
        Note(exchange, request);
        return StageOutcome.Deny(NotFound.Refusal(exchange, request.Target, exchange.Decision!.Value.Reason));
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
        exchange.Record.Add(new AuditPart("decision", "deny", decision.Reason, decision.RuleId));
        if (decision.Effect != PolicyEffect.Deny || decision.External is not null) return;
        foreach (var failed in exchange.Snapshot.Policy.Explain(exchange.Subject!, request).FailedReasons.Take(MostReasons))
            exchange.Record.Add(new AuditPart("decision", "failed", "permit-did-not-hold", failed));
    }
}
