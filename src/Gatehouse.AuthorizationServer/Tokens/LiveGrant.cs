using System.Text.Json;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>A grant that is in force, with its facts.</summary>
/// <param name="Row">The row.</param>
/// <param name="Facts">Its facts.</param>
internal sealed record LiveGrant(GrantRow Row, GrantFacts Facts)
{
    private static readonly JsonElement NoClaims = JsonDocument.Parse("{}").RootElement;

    /// <summary>Opens a grant.</summary>
    /// <param name="parts">Seals and revocations.</param>
    /// <param name="row">The row; null when the grant has ended.</param>
    /// <returns>Null when the grant has ended, was revoked by an administrator, or its row does not agree with its sealed facts.</returns>
    public static LiveGrant? Open(TokenParts parts, GrantRow? row)
    {
        return row is not null && Judge(parts, row, out var facts) == GrantState.Live ? new LiveGrant(row, facts!) : null;
    }

    /// <summary>Returns whether a client of the grant's client id is at least as strong as the one for which the person granted.</summary>
    public bool IsOf(OAuthClient client) => Facts.Client.Covers(client);

    /// <summary>
    /// Returns whether an administrator has revoked the grant since it was opened. Asked after its tokens were made and before they leave: tokens
    /// that are made while a revocation comes into force are younger than it.
    /// </summary>
    public bool IsRevoked(TokenParts parts) => IsRevoked(parts, Row.Id, Row.Subject, Row.ClientId, Row.At);

    /// <summary>Records that a weaker client of the same id asked. It takes the part of the sender's address block.</summary>
    public void NoteWeaker(TokenParts parts, CallerPartition peer) => parts.Journal.NoteOf(
        peer, "oauth.refused", ("why", "client-became-weaker"), ("grant", Row.Id), ("subject", Row.Subject), ("client", Row.ClientId));

    /// <summary>Returns the state of a grant that is in the store.</summary>
    public static GrantState StateOf(TokenParts parts, GrantRow row) => Judge(parts, row, out _);

    private static GrantState Judge(TokenParts parts, GrantRow row, out GrantFacts? facts)
    {
        facts = null;
        if (row.Until <= parts.Time.GetUtcNow()) return GrantState.Over;

        // Threat: the columns of the row were changed. The sealed facts are those that the person granted.
        facts = parts.Facts.Open<GrantFacts>(Purposes.Grant, row.Id, row.Sealed);
        if (facts is null || facts.Person.Subject != row.Subject) return GrantState.Unreadable;
        if (!IsOfProvider(parts, facts)) return GrantState.ProviderRemoved;
        return IsRevoked(parts, row.Id, row.Subject, row.ClientId, row.At) ? GrantState.Revoked : GrantState.Live;
    }

    // Threat: an administrator removes a provider that is not trusted any more, or gives its name to another issuer, and its people keep what they
    // had for the rest of the grant.
    private static bool IsOfProvider(TokenParts parts, GrantFacts facts) => parts.Settings().Providers.Any(
        provider => provider.Name == facts.Person.Provider && (facts.Person.Issuer is not { } issuer || provider.Issuer == issuer));

    /// <summary>Returns whether an administrator revoked a grant, its person or its client, or one of its access tokens.</summary>
    /// <param name="parts">The revocations.</param>
    /// <param name="grantId">The grant.</param>
    /// <param name="subject">The person.</param>
    /// <param name="clientId">The client.</param>
    /// <param name="since">The moment from which the tokens are.</param>
    /// <param name="tokenId">Identifier of the access token; null where the question is about the grant.</param>
    /// <param name="hash">Hash of the access token.</param>
    /// <param name="otherFormHash">Hash of the access token with the other signature that is valid; null for none.</param>
    public static bool IsRevoked(
        TokenParts parts, string grantId, string subject, string clientId, DateTimeOffset since, string? tokenId = null, TokenHash hash = default,
        TokenHash? otherFormHash = null) =>
        parts.Revocations.IsRevoked(new VerifiedToken(NoClaims)
        {
            Issuer = parts.Issuer,
            Subject = subject,
            ClientId = clientId,
            SessionId = grantId,
            TokenId = tokenId,
            IssuedAt = since,
            ExpiresAt = DateTimeOffset.MaxValue,
            Audiences = [],
            TokenHash = hash,
            OtherFormHash = otherFormHash,
        });
}
