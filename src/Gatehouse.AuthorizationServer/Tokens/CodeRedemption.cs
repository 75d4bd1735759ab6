using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>The redemption of authorization codes (OAuth 2.1 §4.1.3).</summary>
/// <remarks>
/// <para>
/// A request by another client does not spend a code. Otherwise anyone who sees a code in a redirect takes it from its client before the client
/// redeems it, and gets nothing for it but the failure.
/// </para>
/// <para>
/// A request by its own client with a wrong verifier, or a wrong redirect URI, does spend it and ends the grant with an alarm. The client is the one
/// party that got the verifier, so a mismatch means that a code was injected into another session of the client, or intercepted by a
/// party that names the same public client (RFC 9700 §4.5). In both cases the code is in wrong hands, and a second try is a guess.
/// </para>
/// </remarks>
/// <param name="parts">Grants, seals and the record.</param>
/// <param name="mint">Makes tokens.</param>
/// <param name="proofs">Judges proofs of possession.</param>
internal sealed class CodeRedemption(TokenParts parts, TokenMint mint, ProofJudge proofs)
{
    private const int ShortestVerifier = 43;
    private const int LongestVerifier = 128;

    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    private static readonly OAuthError NotGood =
        OAuthError.InvalidGrant("The code is unknown, was used before, or is over. Begin a new authorization.");

    /// <summary>Redeems the code of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">Its client, authenticated.</param>
    /// <param name="cancellation">Ends the wait, never the act that spends the code.</param>
    public async ValueTask<OAuthResponse> RedeemAsync(OAuthRequest request, OAuthClient client, CancellationToken cancellation)
    {
        if (FindShapeFault(request.Form) is { } shape)
            return OAuthResponse.Of(shape);
        var digest = CredentialText.Digest(request.Form["code"]);
        var found = await parts.Grants.FindCredentialAsync(CredentialKind.AuthorizationCode, digest, parts.Time.GetUtcNow(), cancellation)
            .ConfigureAwait(false);
        if (found is not { } row)
            return await RefuseUsedAsync(digest).ConfigureAwait(false);
        var (grant, code) = Open(row.Credential, row.Grant);
        if (grant is null || code is null)
            return OAuthResponse.Of(NotGood);
        if (FindFault(request, client, grant, code) is { } fault)
            return OAuthResponse.Of(fault);
        var proof = await proofs.JudgeAsync(request, cancellation).ConfigureAwait(false);
        if ((proof.Fault ?? proof.FindKeyFault(code.KeyThumbprint)) is { } refused)
            return OAuthResponse.Of(refused, proof.Nonce);
        return IsOfItsRequest(request.Form, code)
            ? await SpendAsync(digest, grant, client, proof, cancellation).ConfigureAwait(false)
            : await RefuseInjectedAsync(digest, grant.Row.Id).ConfigureAwait(false);
    }

    private static OAuthError? FindShapeFault(OAuthParameters form)
    {
        if (form["code"] is not { } code)
            return OAuthError.InvalidRequest("The parameter code is missing.");
        if (!CredentialText.Is(CredentialText.CodePrefix, code))
            return NotGood;
        if (form["code_verifier"] is not { } verifier)
            return OAuthError.InvalidRequest("The parameter code_verifier is missing. Every code needs PKCE with S256.");
        return verifier.Length is < ShortestVerifier or > LongestVerifier || verifier.AsSpan().ContainsAnyExcept(Unreserved)
            ? OAuthError.InvalidRequest("The code_verifier is not 43 to 128 unreserved characters (RFC 7636).") : null;
    }

    private (LiveGrant? Grant, CodeFacts? Code) Open(CredentialRow credential, GrantRow? row)
    {
        var grant = LiveGrant.Open(parts, row);
        var code = parts.Facts.Open<CodeFacts>(Purposes.Code, Purposes.Owner(credential.Digest), credential.Sealed);
        return grant is not null && code is not null && grant.Row.Id == credential.GrantId
            && grant.Row.ClientId == code.ClientId && grant.Row.Resource == code.Resource ? (grant, code) : (null, null);
    }

    // None of these spends the code.
    private OAuthError? FindFault(OAuthRequest request, OAuthClient client, LiveGrant grant, CodeFacts code)
    {
        if (code.ClientId != client.Id)
        {
            parts.Journal.Note(
                "oauth.refused", ("why", "code-of-another-client"), ("grant", grant.Row.Id), ("subject", grant.Row.Subject), ("client", client.Id));
            return NotGood; // the same answer as for an unknown code: a stranger learns nothing about it
        }

        if (code.ExpiresAt <= parts.Time.GetUtcNow())
            return NotGood;
        if (!grant.IsOf(client))
        {
            grant.NoteWeaker(parts, request.Peer.Partition);
            return NotGood;
        }

        if (request.Form["resource"] is { } resource && resource != code.Resource)
            return OAuthError.InvalidTarget("The resource is another than that of the authorization request.");
        return parts.IsResourceFor(client, code.Resource) ? null : OAuthError.InvalidTarget("The resource of the grant is not served here any more.");
    }

    private static bool IsOfItsRequest(OAuthParameters form, CodeFacts code)
    {
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"]!)));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(challenge), Encoding.UTF8.GetBytes(code.Challenge))
            && (form["redirect_uri"] is not { } redirectUri || redirectUri == code.RedirectUri);
    }

    private async ValueTask<OAuthResponse> SpendAsync(
        byte[] digest, LiveGrant grant, OAuthClient client, ProofJudgement proof, CancellationToken cancellation)
    {
        var now = parts.Time.GetUtcNow();
        var order = new TokenOrder(
            grant.Row, grant.Facts, grant.Facts.Scopes, proof.KeyThumbprint, client.IsPublic ? proof.KeyThumbprint : null, []);
        var tokens = await mint.MintAsync(order, now, cancellation).ConfigureAwait(false);

        // No cancellation: of a request whose end is unknown, it must be known whether the code is spent.
        var spent = await parts.Grants.SpendAsync(
            CredentialKind.AuthorizationCode, digest, default, tokens.Rows, grant: null, mostOfSubject: 1, now, CancellationToken.None)
            .ConfigureAwait(false);
        if (spent.Outcome != SpendOutcome.Spent)
            return await RefuseUsedAsync(spent).ConfigureAwait(false);
        if (grant.IsRevoked(parts))
            return OAuthResponse.Of(NotGood);
        parts.Journal.Note("oauth.token", ("by", "code"), ("grant", grant.Row.Id), ("subject", grant.Row.Subject), ("client", grant.Row.ClientId));
        return tokens.Answer(now, proof.Nonce);
    }

    private async ValueTask<OAuthResponse> RefuseInjectedAsync(byte[] digest, string grantId)
    {
        await SpendForNothingAsync(digest).ConfigureAwait(false);
        await parts.Ending.EndAsync(grantId, GrantCauses.CodeInjection, isAttack: true).ConfigureAwait(false);
        return OAuthResponse.Of(OAuthError.InvalidGrant("The code_verifier or redirect_uri is not that of the authorization request."));
    }

    private async ValueTask<OAuthResponse> RefuseUsedAsync(byte[] digest) =>
        await RefuseUsedAsync(await SpendForNothingAsync(digest).ConfigureAwait(false)).ConfigureAwait(false);

    private async ValueTask<OAuthResponse> RefuseUsedAsync(SpendResult spent)
    {
        if (spent is { Outcome: SpendOutcome.AlreadySpent, Credential: { } code })
            await parts.Ending.EndAsync(code.GrantId, GrantCauses.CodeReuse, isAttack: true).ConfigureAwait(false);
        return OAuthResponse.Of(NotGood);
    }

    private ValueTask<SpendResult> SpendForNothingAsync(byte[] digest) => parts.Grants.SpendAsync(
        CredentialKind.AuthorizationCode, digest, default, [], grant: null, mostOfSubject: 1, parts.Time.GetUtcNow(), CancellationToken.None);
}
