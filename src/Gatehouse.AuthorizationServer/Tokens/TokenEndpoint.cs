using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Host;
using Gatehouse.AuthorizationServer.Protocol;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>The token endpoint (OAuth 2.1 §3.2): codes and refresh tokens become access tokens for one resource.</summary>
internal sealed class TokenEndpoint
{
    private readonly ClientAuthentication clients;
    private readonly CodeRedemption codes;
    private readonly RefreshRotation refreshes;
    private readonly FailureRates rates;
    private readonly IClientDirectory directory;
    private readonly IAuthorizationJournal journal;

    /// <summary>Makes the endpoint.</summary>
    /// <param name="parts">The parts of the gateway.</param>
    /// <param name="rates">The failures of clients, which the endpoints have in common.</param>
    public TokenEndpoint(TokenParts parts, FailureRates rates)
    {
        var mint = new TokenMint(parts);
        var proofs = new ProofJudge(parts);
        clients = new ClientAuthentication(parts, rates.Credentials);
        codes = new CodeRedemption(parts, mint, proofs);
        refreshes = new RefreshRotation(parts, mint, proofs);
        this.rates = rates;
        directory = parts.Clients;
        journal = parts.Journal;
    }

    /// <summary>Answers a request.</summary>
    /// <exception cref="Storage.Abstractions.StoreException">The store cannot be used; nothing was granted.</exception>
    public ValueTask<OAuthResponse> AnswerAsync(OAuthRequest request, CancellationToken cancellation) =>
        rates.CountAsync(request, () => AnswerOneAsync(request, cancellation), cancellation);

    private async ValueTask<OAuthResponse> AnswerOneAsync(OAuthRequest request, CancellationToken cancellation)
    {
        if (FindGrantTypeFault(request.Form["grant_type"]) is { } fault)
            return OAuthResponse.Of(fault);
        var (client, refused) = await clients.AuthenticateAsync(request, cancellation).ConfigureAwait(false);
        if (client is null)
            return OAuthResponse.Of(refused!);
        if (!journal.IsAvailable)
            return OAuthResponse.Of(OAuthError.Unrecorded);
        var answer = request.Form["grant_type"] == "authorization_code"
            ? await codes.RedeemAsync(request, client, cancellation).ConfigureAwait(false)
            : await refreshes.RefreshAsync(request, client, cancellation).ConfigureAwait(false);
        if (answer.Error is null) await directory.KeepAsync(client, CancellationToken.None).ConfigureAwait(false);
        return answer;
    }

    private static OAuthError? FindGrantTypeFault(string? grantType) => grantType switch
    {
        null => OAuthError.InvalidRequest("The parameter grant_type is missing."),
        "authorization_code" or "refresh_token" => null,
        _ => new OAuthError("unsupported_grant_type", "The grant types are authorization_code and refresh_token."),
    };
}
