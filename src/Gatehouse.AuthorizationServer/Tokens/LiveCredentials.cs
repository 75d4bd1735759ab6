using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Identity.Partitions;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>The credentials in force that requests present: codes, refresh tokens and opaque access tokens. Safe for concurrent use.</summary>
/// <param name="parts">Grants and the clock.</param>
internal sealed class LiveCredentials(TokenParts parts)
{
    /// <summary>The most look-ups at the same time. A request above it is not looked up.</summary>
    public const int MostLookups = 256;

    private int underWay;

    /// <summary>Finds the credential of a request.</summary>
    /// <returns>Its own partition; null when there is none in force.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async ValueTask<CallerPartition?> FindAsync(OAuthParameters form, CancellationToken cancellation)
    {
        if ((form["refresh_token"] ?? form["code"] ?? form["token"]) is not { } text || CredentialText.KindOf(text) is not { } kind)
            return null;
        try
        {
            if (Interlocked.Increment(ref underWay) > MostLookups)
                return null;
            var digest = CredentialText.Digest(text);
            var found = await parts.Grants.FindCredentialAsync(kind, digest, parts.Time.GetUtcNow(), cancellation).ConfigureAwait(false);
            return found is null ? null : CallerPartition.Of(parts.Issuer, Convert.ToHexString(digest));
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }
    }
}
