using Gatehouse.Audit;
using Gatehouse.Identity.Metadata;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Explaining;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Authenticate;

/// <summary>
/// Challenges that name the scopes that a caller would need: all scopes of the operation together, always in the same order, and nothing else (MCP
/// rows A14 to A16; RFC 6750 §3.1). They are sent only if these scopes would really help.
/// </summary>
internal static class StepUp
{
    /// <summary>
    /// Returns the scopes that this request needs (A05), for a challenge before the body is read: those of the server, and if the mirrored headers
    /// name a tool, prompt or resource, those that the policy requires for it. The headers are only a hint here and decide nothing. Without them
    /// (legacy era) the result is only the server's scopes.
    /// </summary>
    public static IEnumerable<string> ForStranger(Exchange exchange)
    {
        var (name, server) = (exchange.Head.Single(RequestHeader.Name), exchange.Server);
        PolicyRequest? request = exchange.Head.Single(RequestHeader.Method) switch
        {
            "tools/call" => PolicyTargets.Tool(server.Name, name),
            "prompts/get" => PolicyTargets.Prompt(server.Name, name),
            "resources/read" => PolicyTargets.Resource(server.Name, name),
            _ => null,
        };
        return request is { } asked && name is not null ? server.Scopes.Union(exchange.Snapshot.Policy.FindScopesFor(asked)) : server.Scopes;
    }

    /// <summary>Returns the challenge when the token lacks a scope of the server; null when it has them all.</summary>
    public static StageOutcome? ForServer(Exchange exchange, IReadOnlyList<PolicyRequest> requests) =>
        exchange.Server.Scopes.Count == 0 // most servers have none, and the question would make an object
            || exchange.Server.Scopes.All(exchange.Caller.HasScope)
            ? null : Deny(exchange, FindMissing(exchange, requests));

    /// <summary>Returns the challenge when a scope would turn the denial into a permit; null when none would.</summary>
    public static StageOutcome? ForPolicy(Exchange exchange, IReadOnlyList<PolicyRequest> requests)
    {
        var missing = FindMissing(exchange, requests);
        return missing.Count == 0 ? null : Deny(exchange, missing);
    }

    private static List<string> FindMissing(Exchange exchange, IReadOnlyList<PolicyRequest> requests)
    {
        var missing = new List<string>();
        foreach (var request in requests)
        {
            if (!exchange.Snapshot.Policy.Decide(exchange.Subject!, request).IsPermitted)
                missing.AddRange(exchange.Snapshot.Policy.FindMissingScopes(exchange.Subject!, request));
        }

        return missing;
    }

    private static StageOutcome Deny(Exchange exchange, List<string> missing)
    {
        var needed = exchange.Server.Scopes.Union(missing).ToList();
        // H29: the requested scopes; names from configuration and policy
        exchange.Record.Add(new AuditPart(AuditPartKind.Decision, AuditOutcome.Deny, DecisionReasons.InsufficientScope, string.Join(' ', needed)));
        var challenge = Challenge.ForInsufficientScope(
            AuthenticateStage.ResourceMetadataUrl(exchange),
            needed,
            needed.Where(scope => !exchange.Caller.HasScope(scope)),
            exchange.Caller.Binding?.KeyThumbprint is not null);
        return StageOutcome.Deny(new Refusal(Reasons.InsufficientScope) { Challenge = challenge });
    }
}
