using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>
/// The credentials that requests present, where they concern a grant that has not ended: codes, refresh tokens and opaque access tokens. Safe for
/// concurrent use.
/// </summary>
/// <param name="parts">Grants and the clock.</param>
internal sealed class LiveCredentials(TokenParts parts)
{
    /// <summary>The most look-ups at the same time. A request above it is not looked up.</summary>
    public const int MostLookups = 256;

    private int underWay;

    /// <summary>Finds the credential of a request.</summary>
    /// <returns>Null when it is neither in force nor a spent one of a grant that has not ended.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async ValueTask<PresentedCredential?> FindAsync(OAuthParameters form, CancellationToken cancellation)
    {
        if ((form["refresh_token"] ?? form["code"] ?? form["token"]) is not { } text || CredentialText.KindOf(text) is not { } kind)
            return null;
        try
        {
            if (Interlocked.Increment(ref underWay) > MostLookups)
                return null;
            var (digest, now) = (CredentialText.Digest(text), parts.Time.GetUtcNow());
            if (await parts.Grants.FindCredentialAsync(kind, digest, now, cancellation).ConfigureAwait(false) is { } found)
                return new PresentedCredential(found.Credential, IsSpent: false, SpentAt: null);
            return kind == CredentialKind.AccessToken ? null : await FindSpentAsync(kind, digest, now).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }
    }

    // Spends nothing: it was not found in force at the same moment. Only the store knows whether it was spent.
    private async ValueTask<PresentedCredential?> FindSpentAsync(CredentialKind kind, byte[] digest, DateTimeOffset now)
    {
        var spent = await parts.Grants.SpendAsync(kind, digest, default, [], grant: null, mostOfSubject: 1, now, CancellationToken.None)
            .ConfigureAwait(false);
        return spent is { Outcome: SpendOutcome.AlreadySpent, Credential: { } row, Grant: not null }
            ? new PresentedCredential(row, IsSpent: true, spent.SpentAt) : null;
    }
}
