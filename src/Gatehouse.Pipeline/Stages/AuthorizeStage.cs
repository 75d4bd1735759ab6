using Gatehouse.Audit;
using Gatehouse.Identity;
using Gatehouse.Pipeline.Listing;
using Gatehouse.Policy;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Stages;

/// <summary>
/// May this caller do this on this thing now? The policy enforcement point: it asks the decision point and obeys.
/// What the caller may not see is answered as what does not exist (design rule 4).
/// </summary>
public sealed class AuthorizeStage(ICatalogue catalogue) : IStage
{
    private readonly NameCheck names = new(catalogue);

    /// <inheritdoc />
    public string Name => "authorize";

    /// <inheritdoc />
    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return JudgeAsync(exchange, cancellation);
    }

    private async ValueTask<StageOutcome> JudgeAsync(Exchange exchange, CancellationToken cancellation)
    {
        if (MissingScopes(exchange) is { } challenge) return challenge;
        var policy = exchange.Snapshot.Policy;
        if (!PermitsServer(exchange, policy)) return StageOutcome.Deny(Reasons.NoServerForCaller);
        if (exchange.Message is not { Method: { } method } message) return StageOutcome.Continue; // stream, or an answer that was asked for

        var known = IsKnown(exchange, message);
        foreach (var request in PolicyTargets.Of(exchange.Server.Name, method, message, known))
        {
            var decision = policy.Decide(exchange.Subject!, request);
            exchange.Decision = decision;
            var exists = !request.KnownMethod || request.Target == PolicyTarget.None
                || await names.KnowsAsync(exchange, request, decision.IsPermitted, cancellation).ConfigureAwait(false);
            if (!decision.IsPermitted || !exists) return Refuse(exchange, request, decision);
        }

        exchange.Record.Add(new AuditPart("decision", "permit", exchange.Decision?.Reason, exchange.Decision?.RuleId));
        return StageOutcome.Continue;
    }

    private static StageOutcome? MissingScopes(Exchange exchange)
    {
        var scopes = exchange.Server.Scopes;
        if (scopes.All(exchange.Caller.HasScope)) return null;
        exchange.Record.Add(new AuditPart("decision", "deny", "insufficient-scope"));
        var challenge = Challenge.ForInsufficientScope(AuthenticateStage.ResourceMetadataUrl(exchange), scopes);
        return StageOutcome.Deny(new Refusal(Reasons.InsufficientScope) { Challenge = challenge });
    }

    private static bool PermitsServer(Exchange exchange, PolicyDecisionPoint policy)
    {
        var decision = policy.Decide(exchange.Subject!, new PolicyRequest(exchange.Server.Name, "ping"));
        exchange.Decision = decision;
        if (decision.IsPermitted) return true;
        exchange.Record.Add(new AuditPart("decision", "deny", decision.Reason, decision.RuleId));
        return false;
    }

    private static bool IsKnown(Exchange exchange, ProvenMessage message) =>
        exchange.Method is { } method
        && method.Direction.HasFlag(MethodDirection.ClientToServer)
        && method.Kind == message.Kind
        && method.ExistsIn(exchange.Revision!);

    private static StageOutcome Refuse(Exchange exchange, in PolicyRequest request, PolicyDecision decision)
    {
        var reason = decision.IsPermitted ? "not-in-the-catalogue" : decision.Reason;
        exchange.Record.Add(new AuditPart("decision", "deny", reason, decision.RuleId));
        if (!request.KnownMethod) return StageOutcome.Deny(Reasons.UnknownMethod);
        return request.Target == PolicyTarget.None
            ? StageOutcome.Deny(Reasons.NotPermitted, decision.RuleId)
            : StageOutcome.Deny(NotFound.Refusal(exchange, request.Target, reason));
    }
}
