using System.Security.Cryptography;
using System.Text;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>
/// The credentials that requests present, where they concern a grant that has not ended: codes, refresh tokens and access tokens. Safe for
/// concurrent use.
/// </summary>
/// <param name="parts">Grants and the clock.</param>
internal sealed class LiveCredentials(TokenParts parts)
{
    /// <summary>The most look-ups at the same time. A request above it is not looked up.</summary>
    public const int MostLookups = 256;

    private readonly AccessTokens access = new(parts);
    private int underWay;

    /// <summary>Finds the credential of a request.</summary>
    /// <returns>Null when it is neither in force nor a spent one of a grant that has not ended.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async ValueTask<PresentedCredential?> FindAsync(OAuthParameters form, CancellationToken cancellation)
    {
        if ((form["refresh_token"] ?? form["code"] ?? form["token"]) is not { } text)
            return null;
        try
        {
            // Also the check of a signature has such a place: strangers invent signed tokens as well (CWE-770).
            if (Interlocked.Increment(ref underWay) > MostLookups)
                return null;
            if (CredentialText.KindOf(text) is { } kind)
                return await FindAsync(kind, text, cancellation).ConfigureAwait(false);
            return text == form["token"] ? await FindSignedAsync(text, cancellation).ConfigureAwait(false) : null;
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }
    }

    private async ValueTask<PresentedCredential?> FindAsync(CredentialKind kind, string text, CancellationToken cancellation)
    {
        var (digest, now) = (CredentialText.Digest(text), parts.Time.GetUtcNow());
        if (await parts.Grants.FindCredentialAsync(kind, digest, now, cancellation).ConfigureAwait(false) is { } found)
            return new PresentedCredential(kind, digest, found.Credential.GrantId);
        return kind == CredentialKind.AccessToken ? null : await FindSpentAsync(kind, digest, now).ConfigureAwait(false);
    }

    // A signed access token (RFC 9068). Its id counts, not its text: a signature can be written in more than one way.
    private async ValueTask<PresentedCredential?> FindSignedAsync(string text, CancellationToken cancellation) =>
        await access.FindAsync(text, cancellation).ConfigureAwait(false) is { } claims
            ? new PresentedCredential(CredentialKind.AccessToken, SHA256.HashData(Encoding.UTF8.GetBytes(claims.TokenId)), claims.GrantId) : null;

    // Spends nothing: it was not found in force at the same moment. Only the store knows whether it was spent.
    private async ValueTask<PresentedCredential?> FindSpentAsync(CredentialKind kind, byte[] digest, DateTimeOffset now)
    {
        var spent = await parts.Grants.SpendAsync(kind, digest, default, [], grant: null, mostOfSubject: 1, now, CancellationToken.None)
            .ConfigureAwait(false);
        return spent is { Outcome: SpendOutcome.AlreadySpent, Credential: { } row, Grant: not null }
            ? new PresentedCredential(kind, row.Digest, row.GrantId, IsSpent: true, spent.SpentAt) : null;
    }
}
