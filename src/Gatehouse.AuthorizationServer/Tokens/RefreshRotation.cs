using System.Collections.Immutable;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>The use of refresh tokens, each of which is replaced at its use (OAuth 2.1 §4.3.1; MCP row C17).</summary>
/// <remarks>
/// <para>
/// A token that comes twice within the grace, from the same client, with the same request, and with the same key where it is bound, gets the very
/// successor that it got before: a client that lost the answer, or asks in parallel, continues. In every other case a thief or the client has an old
/// token, and which of both cannot be known, so the grant ends with one alarm.
/// </para>
/// <para>
/// A request for another resource or a wider scope spends nothing, because clients that are configured wrongly send such requests too. Threat: a
/// thief sends one to find out whether the client has used the token, and takes the successor within the grace. So it gets one answer before the use
/// and within the grace. After the grace it ends the grant like every other use (decision 0116).
/// </para>
/// </remarks>
/// <param name="parts">Grants, seals and the record.</param>
/// <param name="mint">Makes tokens.</param>
/// <param name="proofs">Judges proofs of possession.</param>
internal sealed class RefreshRotation(TokenParts parts, TokenMint mint, ProofJudge proofs)
{
    private static readonly OAuthError NotGood =
        OAuthError.InvalidGrant("The refresh token is unknown, was used before, or its grant has ended. Begin a new authorization.");

    /// <summary>Uses the refresh token of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">Its client, authenticated.</param>
    /// <param name="cancellation">Ends the wait, never the act that spends the token.</param>
    public async ValueTask<OAuthResponse> RefreshAsync(OAuthRequest request, OAuthClient client, CancellationToken cancellation)
    {
        if (request.Form["refresh_token"] is not { } token)
            return OAuthResponse.Of(OAuthError.InvalidRequest("The parameter refresh_token is missing."));
        if (!CredentialText.Is(CredentialText.RefreshPrefix, token))
            return OAuthResponse.Of(NotGood);
        var digest = CredentialText.Digest(token);
        var found = await parts.Grants.FindCredentialAsync(CredentialKind.RefreshToken, digest, parts.Time.GetUtcNow(), cancellation)
            .ConfigureAwait(false);
        return found is { } row
            ? await UseAsync(new Presented(request, client, token, digest), row.Credential, row.Grant, cancellation).ConfigureAwait(false)
            : await AnswerUsedAsync(new Presented(request, client, token, digest), cancellation).ConfigureAwait(false);
    }

    private async ValueTask<OAuthResponse> UseAsync(Presented presented, CredentialRow row, GrantRow? grantRow, CancellationToken cancellation)
    {
        if (LiveGrant.Open(parts, grantRow) is not { } grant || FactsOf(row) is not { } facts || !Agree(row, grant, facts))
            return OAuthResponse.Of(NotGood);
        if (facts.ClientId != presented.Client.Id)
        {
            // Not ended: a client that registered again and kept its old token does the same.
            parts.Journal.Note(
                "oauth.refused", ("why", "refresh-of-another-client"), ("grant", row.GrantId),
                ("subject", grant.Row.Subject), ("client", presented.Client.Id));
            return OAuthResponse.Of(NotGood);
        }

        if (!grant.IsOf(presented.Client))
        {
            // Not ended: an administrator who removed the client by mistake adds it again.
            grant.NoteWeaker(parts, presented.Request.Peer.Partition);
            return OAuthResponse.Of(NotGood);
        }

        if (FindFault(presented, facts, out var scopes) is { } fault)
            return Refuse(presented, grant, fault);
        var proof = await proofs.JudgeAsync(presented.Request, cancellation).ConfigureAwait(false);
        return (proof.Fault ?? proof.FindKeyFault(facts.KeyThumbprint)) is { } refused
            ? OAuthResponse.Of(refused, proof.Nonce)
            : await SpendAsync(presented, grant, facts, scopes, proof, cancellation).ConfigureAwait(false);
    }

    private RefreshFacts? FactsOf(CredentialRow row) => parts.Facts.Open<RefreshFacts>(Purposes.Refresh, Purposes.Owner(row.Digest), row.Sealed);

    private static bool Agree(CredentialRow row, LiveGrant grant, RefreshFacts facts) =>
        grant.Row.Id == row.GrantId && grant.Row.ClientId == facts.ClientId && grant.Row.Resource == facts.Resource;

    private OAuthError? FindFault(Presented presented, RefreshFacts facts, out ImmutableArray<string> scopes)
    {
        var form = presented.Request.Form;
        scopes = facts.Scopes;
        if (form["resource"] is { } resource && resource != facts.Resource)
            return OAuthError.InvalidTarget("The resource is another than that of the grant.");
        if (!parts.IsResourceFor(presented.Client, facts.Resource))
            return OAuthError.InvalidTarget("The resource of the grant is not served here any more.");
        if (form["scope"] is not { } requested)
            return null;

        // RFC 6749 §6: never a scope that the person did not grant.
        scopes = [.. requested.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
        return scopes.IsEmpty || scopes.Any(scope => !facts.Scopes.Contains(scope, StringComparer.Ordinal))
            ? OAuthError.InvalidScope("The scope is wider than the grant. Begin a new authorization for it.") : null;
    }

    // Anyone who holds a token can repeat it, so that the entries are those of the sender's address block.
    private OAuthResponse Refuse(Presented presented, LiveGrant grant, OAuthError fault)
    {
        parts.Journal.NoteOf(
            presented.Request.Peer.Partition, "oauth.refused",
            ("why", fault.Error == OAuthError.InvalidScopeCode ? "refresh-with-wider-scope" : "refresh-for-another-resource"),
            ("grant", grant.Row.Id), ("subject", grant.Row.Subject), ("client", grant.Row.ClientId));
        return OAuthResponse.Of(fault);
    }

    private async ValueTask<OAuthResponse> SpendAsync(
        Presented presented, LiveGrant grant, RefreshFacts facts, ImmutableArray<string> scopes, ProofJudgement proof,
        CancellationToken cancellation)
    {
        var now = parts.Time.GetUtcNow();
        var refreshKey = presented.Client.IsPublic ? facts.KeyThumbprint ?? proof.KeyThumbprint : null;
        var order = new TokenOrder(grant.Row, grant.Facts, scopes, refreshKey ?? proof.KeyThumbprint, refreshKey, facts.Earlier);
        var tokens = await mint.MintAsync(order, now, cancellation).ConfigureAwait(false);
        var successor = parts.Facts.Seal(
            Purposes.Successor, Purposes.Owner(presented.Digest), SuccessorSeal.Seal(presented.Token, tokens));
        var spent = await parts.Grants.SpendAsync(
            CredentialKind.RefreshToken, presented.Digest, successor, tokens.Rows, grant: null, mostOfSubject: 1, now, CancellationToken.None)
            .ConfigureAwait(false);
        if (spent.Outcome != SpendOutcome.Spent)
            return await AnswerSpentAsync(presented, spent, proof).ConfigureAwait(false);
        if (grant.IsRevoked(parts))
            return OAuthResponse.Of(NotGood);
        await ForgetAsync(tokens.Obsolete).ConfigureAwait(false);
        parts.Journal.Note(
            "oauth.token", ("by", "refresh"), ("grant", grant.Row.Id), ("subject", grant.Row.Subject), ("client", grant.Row.ClientId));
        return tokens.Answer(now, proof.Nonce);
    }

    private async ValueTask ForgetAsync(IEnumerable<EarlierToken> obsolete)
    {
        try
        {
            foreach (var token in obsolete)
            {
                await parts.Grants.RemoveCredentialAsync(
                    CredentialKind.AccessToken, Convert.FromBase64String(token.Digest), CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (StoreException)
        {
            // The rows stay until their time is over. The new tokens of the client are stored, so it must get them.
        }
    }

    private async ValueTask<OAuthResponse> AnswerUsedAsync(Presented presented, CancellationToken cancellation)
    {
        // Spends nothing: the token was not found in force. Only the store knows whether it was spent.
        var spent = await parts.Grants.SpendAsync(
            CredentialKind.RefreshToken, presented.Digest, default, [], grant: null, mostOfSubject: 1, parts.Time.GetUtcNow(),
            CancellationToken.None).ConfigureAwait(false);
        if (spent.Outcome != SpendOutcome.AlreadySpent)
            return OAuthResponse.Of(NotGood);

        // In the order of a token that is not spent, so that the answers are the same.
        if (parts.IsInGrace(spent.SpentAt) && FindSpentFault(presented, spent) is { } refusal)
            return refusal;
        var proof = await proofs.JudgeAsync(presented.Request, cancellation).ConfigureAwait(false);
        return await AnswerSpentAsync(presented, spent, proof).ConfigureAwait(false);
    }

    private OAuthResponse? FindSpentFault(Presented presented, SpendResult spent)
    {
        if (spent.Credential is not { } row || LiveGrant.Open(parts, spent.Grant) is not { } grant
            || FactsOf(row) is not { } facts || facts.ClientId != presented.Client.Id)
            return null;
        if (!grant.IsOf(presented.Client))
            return OAuthResponse.Of(NotGood);
        return FindFault(presented, facts, out _) is { } fault ? Refuse(presented, grant, fault) : null;
    }

    private async ValueTask<OAuthResponse> AnswerSpentAsync(Presented presented, SpendResult spent, ProofJudgement proof)
    {
        if (spent is not { Outcome: SpendOutcome.AlreadySpent, Credential: { } row } || LiveGrant.Open(parts, spent.Grant) is null)
            return OAuthResponse.Of(NotGood);

        // The first request of a client whose nonce is old, and a full memory of proofs, are no sign of a thief.
        if (proof.Fault is { } fault && (fault.Error == OAuthError.UseNonce || fault.IsTemporary))
            return OAuthResponse.Of(fault, proof.Nonce);
        if (SuccessorOf(presented, spent, row, proof) is { } tokens && await IsUnusedAsync(tokens).ConfigureAwait(false))
            return tokens.Answer(parts.Time.GetUtcNow(), proof.Nonce);
        await parts.Ending.EndAsync(row.GrantId, GrantCauses.RefreshReuse, isAttack: true).ConfigureAwait(false);
        return OAuthResponse.Of(NotGood);
    }

    // Threat: a thief asks again with an old token and follows the client from one successor to the next. The grace is for an answer that was lost,
    // and a client whose answer was lost cannot use what was in it.
    private async ValueTask<bool> IsUnusedAsync(MintedTokens tokens) => await parts.Grants.FindCredentialAsync(
        CredentialKind.RefreshToken, CredentialText.Digest(tokens.Refresh.Reveal()), parts.Time.GetUtcNow()).ConfigureAwait(false) is not null;

    private MintedTokens? SuccessorOf(Presented presented, SpendResult spent, CredentialRow row, ProofJudgement proof)
    {
        if (!parts.IsInGrace(spent.SpentAt) || FactsOf(row) is not { } facts || facts.ClientId != presented.Client.Id
            || FindFault(presented, facts, out var scopes) is not null
            || proof.Fault is not null || proof.FindKeyFault(facts.KeyThumbprint) is not null)
            return null;
        var sealedTokens = parts.Facts.Open<SuccessorFacts>(Purposes.Successor, Purposes.Owner(presented.Digest), spent.Successor);
        var tokens = sealedTokens is null ? null : SuccessorSeal.Open(presented.Token, sealedTokens);
        return tokens is not null && IsForKey(tokens, proof) && AreScopes(tokens, scopes) ? tokens : null;
    }

    // A request for other scopes is not the one whose answer was lost.
    private static bool AreScopes(MintedTokens tokens, ImmutableArray<string> scopes) =>
        scopes.ToHashSet(StringComparer.Ordinal).SetEquals(tokens.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    // Tokens that were bound at this use go only to a request that shows a key too. Whose key it is, is judged at every use of the tokens.
    private static bool IsForKey(MintedTokens tokens, ProofJudgement proof) => (tokens.Scheme == "DPoP") == (proof.KeyThumbprint is not null);

    /// <summary>A refresh token that a client presents.</summary>
    private sealed record Presented(OAuthRequest Request, OAuthClient Client, string Token, byte[] Digest)
    {
        public override string ToString() => "refresh token of a request";
    }
}
