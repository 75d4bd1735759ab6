using System.Text.Json;
using Gatehouse.Identity.Tokens;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>Reads access tokens that are in force: opaque ones out of the store, and JWTs by their signature.</summary>
/// <param name="parts">Grants, seals and keys.</param>
internal sealed class AccessTokens(TokenParts parts)
{
    /// <summary>Reads a token.</summary>
    /// <returns>Its claims; null when it is not in force, or no access token of this server.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async ValueTask<AccessFacts?> FindAsync(string token, CancellationToken cancellation)
    {
        if (CredentialText.Is(CredentialText.AccessPrefix, token))
            return await FindAsync(CredentialText.Digest(token), cancellation).ConfigureAwait(false);
        if (CredentialText.KindOf(token) is not null
            || await parts.SigningKeys.ReadAsync(token, cancellation).ConfigureAwait(false) is not { } payload
            || Read(payload) is not { } claims)
            return null;
        return await IsInForceAsync(claims, cancellation).ConfigureAwait(false) ? claims : null;
    }

    /// <summary>Reads an opaque token by its digest.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async ValueTask<AccessFacts?> FindAsync(byte[] digest, CancellationToken cancellation)
    {
        var found = await parts.Grants.FindCredentialAsync(CredentialKind.AccessToken, digest, parts.Time.GetUtcNow(), cancellation)
            .ConfigureAwait(false);
        if (found is not { Credential: var row, Grant: { } grant }
            || parts.Facts.Open<AccessFacts>(Purposes.Access, Purposes.Owner(digest), row.Sealed) is not { } claims)
            return null;
        return claims.GrantId == row.GrantId && IsInForce(claims, grant) ? claims : null;
    }

    private async ValueTask<bool> IsInForceAsync(AccessFacts claims, CancellationToken cancellation)
    {
        var grant = await parts.Grants.FindGrantAsync(claims.GrantId, parts.Time.GetUtcNow(), cancellation).ConfigureAwait(false);
        return grant is not null && IsInForce(claims, grant);
    }

    private bool IsInForce(AccessFacts claims, GrantRow grant) =>
        claims.GrantId == grant.Id && claims.Subject == grant.Subject && claims.ClientId == grant.ClientId
        && claims.Resource == grant.Resource && claims.Issuer == parts.Issuer
        && DateTimeOffset.FromUnixTimeSeconds(claims.ExpiresAt) > parts.Time.GetUtcNow();

    private static AccessFacts? Read(byte[] payload)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, FactsJson.Default.AccessFacts);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
