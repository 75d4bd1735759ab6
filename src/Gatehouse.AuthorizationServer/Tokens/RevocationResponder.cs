using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>
/// The revocation endpoint (RFC 7009). A client gives back an access or refresh token, and the whole grant ends: a person who signs out in a client
/// expects that nothing of it stays.
/// </summary>
/// <param name="parts">Grants and seals.</param>
/// <param name="rates">The failures of clients, which the endpoints have in common.</param>
internal sealed class RevocationResponder(TokenParts parts, FailureRates rates)
{
    private readonly TokenQuestion question = new(parts, rates);
    private readonly AccessTokens access = new(parts);

    /// <summary>Answers a request. The answer to an unknown token, and to one of another client, is that to a good one (RFC 7009 §2.2).</summary>
    /// <exception cref="StoreException">The store cannot be used; nothing was revoked.</exception>
    public ValueTask<OAuthResponse> AnswerAsync(OAuthRequest request, CancellationToken cancellation) =>
        question.AnswerAsync(request, static _ => null, (client, token) => AnswerAsync(client, token, cancellation), cancellation);

    private async ValueTask<OAuthResponse> AnswerAsync(OAuthClient client, string token, CancellationToken cancellation)
    {
        if (await FindGrantAsync(token, client, cancellation).ConfigureAwait(false) is not { } grantId)
            return OAuthResponse.Good() with { IsFruitless = true };
        await parts.Ending.EndAsync(grantId, GrantCauses.Revoked, isAttack: false).ConfigureAwait(false);
        return OAuthResponse.Good();
    }

    private async ValueTask<string?> FindGrantAsync(string token, OAuthClient client, CancellationToken cancellation)
    {
        if (!CredentialText.Is(CredentialText.RefreshPrefix, token))
            return await access.FindAsync(token, cancellation).ConfigureAwait(false) is { } claims && claims.ClientId == client.Id
                ? claims.GrantId : null;

        var row = await FindRefreshAsync(CredentialText.Digest(token), cancellation).ConfigureAwait(false);
        var facts = row is null ? null : parts.Facts.Open<RefreshFacts>(Purposes.Refresh, Purposes.Owner(row.Digest), row.Sealed);
        return facts is not null && facts.ClientId == client.Id ? row!.GrantId : null;
    }

    // A spent one too: a client that lost the answer to its last refresh signs out with the token that it has.
    private async ValueTask<CredentialRow?> FindRefreshAsync(byte[] digest, CancellationToken cancellation)
    {
        var now = parts.Time.GetUtcNow();
        if (await parts.Grants.FindCredentialAsync(CredentialKind.RefreshToken, digest, now, cancellation).ConfigureAwait(false) is { } found)
            return found.Credential;
        var spent = await parts.Grants.SpendAsync(
            CredentialKind.RefreshToken, digest, default, [], grant: null, mostOfSubject: 1, now, CancellationToken.None).ConfigureAwait(false);
        return spent.Credential;
    }
}
