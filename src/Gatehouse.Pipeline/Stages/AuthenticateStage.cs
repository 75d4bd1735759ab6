using Gatehouse.Audit;
using Gatehouse.Identity;

namespace Gatehouse.Pipeline.Stages;

/// <summary>
/// Who calls, and is the token for this server? Runs on headers alone, for every request: a session is never
/// authentication (ID-01, A12, L15).
/// </summary>
public sealed class AuthenticateStage(ITokenValidator validator) : IStage
{
    /// <inheritdoc />
    public string Name => "authenticate";

    /// <inheritdoc />
    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var outcome = BearerCredential.TryParse(exchange.Head.Single("Authorization"), out var token);
        return outcome == BearerOutcome.Present
            ? ValidateAsync(exchange, token, cancellation)
            : ValueTask.FromResult(Refuse(exchange, BearerCredential.ToRefusal(outcome), outcome == BearerOutcome.Malformed));
    }

    private async ValueTask<StageOutcome> ValidateAsync(Exchange exchange, AccessTokenValue token, CancellationToken cancellation)
    {
        var resource = exchange.Snapshot.Settings.Resource(exchange.Server);
        var result = await (exchange.Snapshot.Tokens ?? validator).ValidateAsync(token, resource, cancellation).ConfigureAwait(false);
        if (result.Token is not { } verified)
            return Refuse(exchange, result.Refusal ?? TokenRefusal.Malformed, malformed: false);
        exchange.Caller = verified;
        exchange.Record.Add(new AuditPart("authentication", "pass"));
        return StageOutcome.Continue;
    }

    private static StageOutcome Refuse(Exchange exchange, TokenRefusal refusal, bool malformed)
    {
        exchange.Record.Add(new AuditPart("authentication", "deny", refusal.ToString()));
        var metadata = ResourceMetadataUrl(exchange);
        var scopes = exchange.Server.Scopes;
        var (reason, challenge) = refusal switch
        {
            TokenRefusal.Missing => (Reasons.TokenMissing, Challenge.ForMissingToken(metadata, scopes)),
            TokenRefusal.KeysUnavailable => (Reasons.KeysUnavailable, null),
            _ when malformed => (Reasons.AuthorizationMalformed, Challenge.ForInvalidRequest(metadata)),
            _ => (Reasons.TokenRefused, Challenge.ForInvalidToken(metadata, scopes)),
        };
        return StageOutcome.Deny(new Refusal(reason, refusal.ToString()) { Challenge = challenge });
    }

    internal static string ResourceMetadataUrl(Exchange exchange) =>
        exchange.Snapshot.Settings.Origin
        + ProtectedResourceMetadata.WellKnownPath(exchange.Server.Path);
}
