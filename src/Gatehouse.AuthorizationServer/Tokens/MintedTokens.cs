using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Identity.Bearer;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>Tokens that were made and not yet given to the client: they are in force once their rows are in the store.</summary>
/// <param name="Access">The access token.</param>
/// <param name="Refresh">The refresh token.</param>
/// <param name="Scheme">The type of the access token: <c>Bearer</c> or <c>DPoP</c>.</param>
/// <param name="Scope">The scopes of the access token, separated by spaces.</param>
/// <param name="ExpiresAt">The moment when the access token is over.</param>
/// <param name="Rows">The rows of the tokens.</param>
/// <param name="Obsolete">Earlier access tokens that are ended for the new one.</param>
internal sealed record MintedTokens(
    SecretText Access, SecretText Refresh, string Scheme, string Scope, DateTimeOffset ExpiresAt, IReadOnlyList<CredentialRow> Rows,
    IReadOnlyList<EarlierToken> Obsolete)
{
    /// <summary>Returns the answer of the token endpoint (RFC 6749 §5.1).</summary>
    /// <param name="now">The moment.</param>
    /// <param name="nonce">The nonce for the client's next proof; null for none.</param>
    public OAuthResponse Answer(DateTimeOffset now, string? nonce) => OAuthResponse.Good(writer =>
    {
        writer.WriteString("access_token"u8, Access.Reveal());
        writer.WriteString("token_type"u8, Scheme);
        writer.WriteNumber("expires_in"u8, Math.Max(0, (long)(ExpiresAt - now).TotalSeconds));
        writer.WriteString("refresh_token"u8, Refresh.Reveal());
        writer.WriteString("scope"u8, Scope);
    }) with
    { Nonce = nonce };

    /// <summary>Nothing of it: the tokens are secret.</summary>
    public override string ToString() => "tokens";
}
