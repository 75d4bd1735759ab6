using System.Text;
using System.Text.Json;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>
/// The introspection endpoint (RFC 7662), for resource servers behind the gateway. Only a configured client that an administrator let introspect, and
/// that proves its secret, gets an answer.
/// </summary>
/// <remarks>
/// Active are access tokens in force for a resource that is configured now. A refresh token or code is never active, so that no resource server takes
/// one as an access token. A client that may introspect learns about the tokens of all resources: the permission is for a gateway's own services.
/// </remarks>
/// <param name="parts">Grants and seals.</param>
/// <param name="rates">The failures of clients, which the endpoints have in common.</param>
internal sealed class IntrospectionResponder(TokenParts parts, FailureRates rates)
{
    private readonly TokenQuestion question = new(parts, rates);
    private readonly AccessTokens access = new(parts);

    /// <summary>Answers a request.</summary>
    /// <exception cref="Storage.Abstractions.StoreException">The store cannot be read; nothing is said about the token.</exception>
    public ValueTask<OAuthResponse> AnswerAsync(OAuthRequest request, CancellationToken cancellation) =>
        question.AnswerAsync(request, MayAsk, (_, token) => AnswerAsync(token, cancellation), cancellation);

    private static OAuthError? MayAsk(OAuthClient client) => client.MayIntrospect && client.Secret is not null
        ? null : OAuthError.InvalidClient("The client may not introspect tokens. An administrator can let it.");

    private async ValueTask<OAuthResponse> AnswerAsync(string token, CancellationToken cancellation)
    {
        var claims = await access.FindAsync(token, cancellation).ConfigureAwait(false);
        return claims is not null && parts.IsResource(claims.Resource) && !IsRevoked(token, claims)
            ? OAuthResponse.Good(JsonSerializer.SerializeToUtf8Bytes(
                claims with { Active = true, TokenType = claims.Scheme }, FactsJson.Default.AccessFacts))
            : OAuthResponse.Good(writer => writer.WriteBoolean("active"u8, false));
    }

    // RFC 7662 §2.2: a revoked token is not active. Threat: a stolen token that was revoked by its id or hash still opens other resource servers.
    private bool IsRevoked(string token, AccessFacts claims)
    {
        var ascii = Encoding.ASCII.GetBytes(token);
        return LiveGrant.IsRevoked(
            parts, claims.GrantId, claims.Subject, claims.ClientId, DateTimeOffset.FromUnixTimeSeconds(claims.IssuedAt), claims.TokenId,
            TokenHash.Of(ascii), CompactJws.TryRead(ascii, out var jws) is null ? jws!.FindOtherFormHash(ascii) : null);
    }
}
