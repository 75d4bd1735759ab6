using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Protocol;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>
/// A request about a token (RFC 7009 §2.1, RFC 7662 §2.1): the steps that revocation and introspection have in common.
/// </summary>
/// <param name="parts">The clients and their secrets.</param>
/// <param name="rates">The failures of clients, which the endpoints have in common.</param>
internal sealed class TokenQuestion(TokenParts parts, FailureRates rates)
{
    private readonly ClientAuthentication clients = new(parts, rates.Credentials);

    /// <summary>Authenticates the client of a request, and answers it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mayAsk">Returns the error for a client that may not ask; null for one that may.</param>
    /// <param name="answer">The answer to the client about the token.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="Storage.Abstractions.StoreException">The store cannot be used.</exception>
    public ValueTask<OAuthResponse> AnswerAsync(
        OAuthRequest request, Func<OAuthClient, OAuthError?> mayAsk, Func<OAuthClient, string, ValueTask<OAuthResponse>> answer,
        CancellationToken cancellation) => rates.CountAsync(request, async () =>
    {
        var (client, refused) = await clients.AuthenticateAsync(request, cancellation).ConfigureAwait(false);
        if (client is null || (refused = mayAsk(client)) is not null)
            return OAuthResponse.Of(refused!);
        return request.Form["token"] is { } token
            ? await answer(client, token).ConfigureAwait(false)
            : OAuthResponse.Of(OAuthError.InvalidRequest("The parameter token is missing."));
    }, cancellation);
}
