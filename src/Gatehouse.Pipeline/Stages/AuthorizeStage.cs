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
    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return ValueTask.FromResult(Judge(exchange));
    }

    private static StageOutcome Judge(Exchange exchange)
    {
        var requests = Requests(exchange);
        if (StepUp.ForServer(exchange, requests) is { } challenge) return challenge;
        var presence = PolicyTargets.Presence(exchange.Server.Name, "ping", exchange.Record.At);
        if (!Ask(exchange, presence).IsPermitted) return StepUp.ForPolicy(exchange, requests) ?? Refuse(exchange, presence, Reasons.NoServerForCaller);
        foreach (var request in requests)
        {
            var decision = Ask(exchange, request);
            if (!decision.IsPermitted) return StepUp.ForPolicy(exchange, [request]) ?? RefuseTarget(exchange, request);
            if (!Obligations.TryFulfil(exchange, decision)) return Refuse(exchange, request, Reasons.ObligationUnfulfilled);
        }

        if (requests.Count > 0) exchange.Record.Add(new AuditPart("decision", "permit", exchange.Decision?.Reason, exchange.Decision?.RuleId));
        return StageOutcome.Continue;
    }

    // None for a stream, and for an answer that was asked for: the right to the server is what they need.
    private static IReadOnlyList<PolicyRequest> Requests(Exchange exchange) => exchange.Message is { Method: { } method } message
        ? PolicyTargets.Of(exchange.Server.Name, method, message, IsKnown(exchange, message), exchange.Record.At)
        : [];

    private static PolicyDecision Ask(Exchange exchange, in PolicyRequest request)
    {
        var decision = exchange.Snapshot.Policy.Decide(exchange.Subject!, request);
        exchange.Decision = decision;
        return decision;
    }

    private static bool IsKnown(Exchange exchange, ProvenMessage message) =>
        exchange.Method is { } method
        && method.Direction.HasFlag(MethodDirection.ClientToServer)
        && method.Kind == message.Kind
        && method.ExistsIn(exchange.Revision!);

    private static StageOutcome RefuseTarget(Exchange exchange, in PolicyRequest request)
    {
        if (!request.KnownMethod) return Refuse(exchange, request, Reasons.UnknownMethod);
        if (request.Target == PolicyTarget.None) return Refuse(exchange, request, Reasons.NotPermitted);
        // It stands in the caller's lists, so to deny that it exists would be a lie that helps nobody.
        var seen = exchange.Snapshot.Policy.Decide(exchange.Subject!, request with { OpenArguments = true });
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
        if (decision.Effect != PolicyEffect.Deny) return;
        foreach (var failed in exchange.Snapshot.Policy.Explain(exchange.Subject!, request).FailedReasons.Take(MostReasons))
            exchange.Record.Add(new AuditPart("decision", "failed", "permit-did-not-hold", failed));
    }
}
