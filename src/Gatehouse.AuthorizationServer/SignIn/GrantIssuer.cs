using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>
/// Makes the grant and the authorization code after a person confirmed: one act of the store spends the confirmation and adds both.
/// </summary>
/// <param name="parts">Grants, seals and the record.</param>
internal sealed class GrantIssuer(TokenParts parts)
{
    /// <summary>The life of a code.</summary>
    public static readonly TimeSpan CodeLife = TimeSpan.FromSeconds(60);

    /// <summary>The most grants of one person.</summary>
    public const int MostGrantsOfSubject = 100;

    // A code that comes a second time after its own time is noticed so long.
    private static readonly TimeSpan CodeMemory = TimeSpan.FromMinutes(10);

    private const int GrantIdBytes = 16;

    /// <summary>Returns the scopes that a person can grant: those of the request that the provider did not withhold.</summary>
    public static ImmutableArray<string> Granted(AuthorizationRequest request, SignedInPerson person) => person.Scopes is not { } allowed
        ? request.Scopes : [.. request.Scopes.Where(scope => allowed.Contains(scope, StringComparer.Ordinal))];

    /// <summary>Issues a code.</summary>
    /// <param name="confirmation">The digest of the confirmation (<see cref="CredentialKind.Confirmation"/>).</param>
    /// <param name="request">The authorization request, after every check.</param>
    /// <param name="person">The person who signed in and confirmed.</param>
    /// <exception cref="StoreException">Nothing was issued.</exception>
    public async ValueTask<CodeIssue> IssueCodeAsync(ReadOnlyMemory<byte> confirmation, AuthorizationRequest request, SignedInPerson person)
    {
        var scopes = Granted(request, person);
        if (scopes.IsEmpty && !request.Scopes.IsEmpty)
            return new CodeIssue(CodeIssueOutcome.NoScope, null, null);
        if (!parts.Journal.IsAvailable)
            return new CodeIssue(CodeIssueOutcome.Unrecorded, null, null);
        if (IsContained(person.Subject, request.ClientId))
            return new CodeIssue(CodeIssueOutcome.Contained, null, null);
        if (request.ClientId == person.Subject)
            return new CodeIssue(CodeIssueOutcome.AmbiguousSubject, null, null);
        await MakeRoomAsync(confirmation, person.Subject).ConfigureAwait(false);
        var now = parts.Time.GetUtcNow();
        var grant = GrantOf(request, person, scopes, now);
        var code = CredentialText.New(CredentialText.CodePrefix);
        var owner = Purposes.Owner(confirmation);
        var spent = await parts.Grants.SpendAsync(
            CredentialKind.Confirmation, confirmation, parts.Facts.Seal(Purposes.Confirmed, owner, new IssuedGrant(grant.Id)),
            [CodeOf(CredentialText.Digest(code.Reveal()), grant, request, now)], grant, MostGrantsOfSubject, now, CancellationToken.None)
            .ConfigureAwait(false);
        if (spent.Outcome != SpendOutcome.Spent)
        {
            code.Dispose();
            return Refused(spent, owner);
        }

        foreach (var ended in spent.Ended) await FollowAsync(ended).ConfigureAwait(false);
        if (await NoteAsync(grant).ConfigureAwait(false))
            return new CodeIssue(CodeIssueOutcome.Issued, code, grant.Id);
        code.Dispose();
        await EndUnrecordedAsync(grant.Id).ConfigureAwait(false);
        return new CodeIssue(CodeIssueOutcome.Unrecorded, null, null);
    }

    // On stable storage before the code leaves: no client has a right of which no record is left (AU-06).
    private ValueTask<bool> NoteAsync(GrantRow grant) => parts.Journal.NoteDurableAsync(
        "oauth.grant", ("grant", grant.Id), ("subject", grant.Subject), ("client", grant.ClientId), ("resource", grant.Resource),
        ("scopes", grant.Scopes));

    private async ValueTask EndUnrecordedAsync(string grantId)
    {
        try
        {
            await parts.Ending.EndAsync(grantId, GrantCauses.Unrecorded, isAttack: false).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // Its code went to no client, and the end is repeated.
        }
    }

    // Ends the oldest grant of a person who has as many as are kept, with its revocation first. A confirmation that was spent makes no grant.
    private async ValueTask MakeRoomAsync(ReadOnlyMemory<byte> confirmation, string subject)
    {
        var now = parts.Time.GetUtcNow();
        var kept = await parts.Grants.ListGrantsAsync(subject, MostGrantsOfSubject, now).ConfigureAwait(false);
        if (kept.Count < MostGrantsOfSubject
            || await parts.Grants.FindCredentialAsync(CredentialKind.Confirmation, confirmation, now).ConfigureAwait(false) is null)
            return;
        try
        {
            await parts.Ending.EndAsync(kept[0].Id, GrantCauses.TooMany, isAttack: false).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            NoteUnrevoked(kept[0]);
        }
    }

    // Concurrent sign-ins: the store ended the old grant in the act that made the new one, so its refresh tokens are refused. If the revocation
    // fails, access tokens that a gateway remembers, or that are signed, last until they expire. That must not keep the code of the new grant from
    // its client.
    private async ValueTask FollowAsync(GrantRow ended)
    {
        try
        {
            await parts.Ending.FollowAsync(ended, GrantCauses.TooMany).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            NoteUnrevoked(ended);
        }
    }

    private void NoteUnrevoked(GrantRow ended) =>
        parts.Journal.Note("oauth.grant.end.unrevoked", ("grant", ended.Id), ("subject", ended.Subject), ("client", ended.ClientId));

    private CodeIssue Refused(SpendResult spent, string owner) => spent.Outcome == SpendOutcome.AlreadySpent
        ? new CodeIssue(
            CodeIssueOutcome.AlreadyConfirmed, null, parts.Facts.Open<IssuedGrant>(Purposes.Confirmed, owner, spent.Successor)?.GrantId)
        : new CodeIssue(CodeIssueOutcome.Unknown, null, null);

    /// <summary>Returns whether a grant still gives tokens: no administrator revoked it, and its provider is still configured.</summary>
    public bool IsLive(GrantRow grant) => LiveGrant.Open(parts, grant) is not null;

    /// <summary>
    /// Returns whether an administrator contained a person or a client, so that also a grant of the future would count as revoked (IR-01). A
    /// revocation is only about the past.
    /// </summary>
    /// <param name="subject">The person; empty where only the client is known.</param>
    /// <param name="clientId">The client; empty where there is none.</param>
    public bool IsContained(string subject, string clientId) => LiveGrant.IsRevoked(parts, "", subject, clientId, DateTimeOffset.MaxValue);

    private GrantRow GrantOf(AuthorizationRequest request, SignedInPerson person, ImmutableArray<string> scopes, DateTimeOffset now)
    {
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(GrantIdBytes));
        var facts = new GrantFacts { Person = person, Client = request.Standing, Scopes = scopes };
        return new GrantRow(
            id, person.Subject, request.ClientId, request.Resource, string.Join(' ', scopes), parts.Facts.Seal(Purposes.Grant, id, facts), now,
            now + parts.Settings().GrantLife);
    }

    private CredentialRow CodeOf(byte[] digest, GrantRow grant, AuthorizationRequest request, DateTimeOffset now)
    {
        var facts = new CodeFacts
        {
            ClientId = request.ClientId,
            RedirectUri = request.RedirectUri,
            Challenge = request.Challenge,
            ExpiresAt = now + CodeLife,
            Resource = request.Resource,
            KeyThumbprint = request.KeyThumbprint,
        };
        var message = parts.Facts.Seal(Purposes.Code, Purposes.Owner(digest), facts);
        return new CredentialRow(
            CredentialKind.AuthorizationCode, digest, grant.Id, TokenMint.PartyOf(grant.Subject), message, now, now + CodeMemory);
    }
}
