using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>
/// Makes access and refresh tokens. Nothing is stored here: the caller stores the rows in the act that spends what they follow from.
/// </summary>
/// <param name="parts">Settings, seals and keys.</param>
internal sealed class TokenMint(TokenParts parts)
{
    /// <summary>The most opaque access tokens of a grant that are in force; the oldest is ended for a new one.</summary>
    /// <remarks>Threat: a client that refreshes without end fills the store with tokens that are in force (CWE-770).</remarks>
    public const int MostAccessTokens = 16;

    private const int TokenIdBytes = 16;

    /// <summary>Makes tokens.</summary>
    public async ValueTask<MintedTokens> MintAsync(TokenOrder order, DateTimeOffset now, CancellationToken cancellation)
    {
        var party = PartyOf(order.Grant.Subject);
        var claims = Claims(order, now);
        var rows = new List<CredentialRow>();
        var expiresAt = DateTimeOffset.FromUnixTimeSeconds(claims.ExpiresAt);
        var access = await MakeAccessAsync(claims, party, rows, now, cancellation).ConfigureAwait(false);
        var issued = rows.Select(row => new EarlierToken(Convert.ToBase64String(row.Digest.Span), expiresAt));
        ImmutableArray<EarlierToken> inForce = [.. order.Earlier.Where(token => token.Until > now), .. issued];
        var refresh = MakeRefresh(order, [.. inForce.TakeLast(MostAccessTokens)], party, rows, now);
        return new MintedTokens(access, refresh, claims.Scheme, claims.Scope, expiresAt, rows, [.. inForce.SkipLast(MostAccessTokens)]);
    }

    /// <summary>Returns the digest of a person, by which the store bounds rows.</summary>
    public static byte[] PartyOf(string subject) => SHA256.HashData(Encoding.UTF8.GetBytes(subject));

    private async ValueTask<SecretText> MakeAccessAsync(
        AccessFacts claims, byte[] party, List<CredentialRow> rows, DateTimeOffset now, CancellationToken cancellation)
    {
        if (parts.Settings().AccessTokens == AccessTokenFormat.Jwt)
        {
            var payload = JsonSerializer.SerializeToUtf8Bytes(claims, FactsJson.Default.AccessFacts);
            return new SecretText(await parts.SigningKeys.SignAsync(payload, cancellation).ConfigureAwait(false));
        }

        var text = CredentialText.New(CredentialText.AccessPrefix);
        var digest = CredentialText.Digest(text.Reveal());
        var facts = parts.Facts.Seal(Purposes.Access, Purposes.Owner(digest), claims);
        rows.Add(new CredentialRow(
            CredentialKind.AccessToken, digest, claims.GrantId, party, facts, now, DateTimeOffset.FromUnixTimeSeconds(claims.ExpiresAt)));
        return text;
    }

    private SecretText MakeRefresh(
        TokenOrder order, ImmutableArray<EarlierToken> earlier, byte[] party, List<CredentialRow> rows, DateTimeOffset now)
    {
        var text = CredentialText.New(CredentialText.RefreshPrefix);
        var digest = CredentialText.Digest(text.Reveal());
        var facts = new RefreshFacts
        {
            ClientId = order.Grant.ClientId,
            Resource = order.Grant.Resource,
            Scopes = order.Facts.Scopes,
            KeyThumbprint = order.RefreshKeyThumbprint,
            Earlier = earlier,
        };
        var message = parts.Facts.Seal(Purposes.Refresh, Purposes.Owner(digest), facts);
        rows.Add(new CredentialRow(CredentialKind.RefreshToken, digest, order.Grant.Id, party, message, now, order.Grant.Until));
        return text;
    }

    private AccessFacts Claims(TokenOrder order, DateTimeOffset now)
    {
        var person = order.Facts.Person;
        var until = now + parts.Settings().AccessTokenLife;
        return new AccessFacts
        {
            Issuer = parts.Issuer,
            Subject = person.Subject,
            Resource = order.Grant.Resource,
            ClientId = order.Grant.ClientId,
            Scope = string.Join(' ', order.Scopes),
            TokenId = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenIdBytes)),
            IssuedAt = now.ToUnixTimeSeconds(),
            ExpiresAt = (until < order.Grant.Until ? until : order.Grant.Until).ToUnixTimeSeconds(),
            GrantId = order.Grant.Id,
            Roles = ListOf(person.Roles),
            Groups = ListOf(person.Groups),
            HasMoreGroups = person.GroupsIncomplete ? true : null,
            AuthenticationContext = person.AuthenticationContext,
            AuthenticationMethods = ListOf(person.AuthenticationMethods),
            AuthenticatedAt = person.AuthenticatedAt?.ToUnixTimeSeconds(),
            Confirmation = order.KeyThumbprint is { } key ? new KeyConfirmation(key) : null,
        };
    }

    private static string[]? ListOf(ImmutableArray<string> values) => values.IsDefaultOrEmpty ? null : [.. values];
}
