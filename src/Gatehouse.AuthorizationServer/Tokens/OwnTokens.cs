using System.Text.Json;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>The opaque access tokens of the gateway, for its own validator.</summary>
/// <param name="tokens">Reads the tokens.</param>
internal sealed class OwnTokens(AccessTokens tokens) : IOpaqueTokens
{
    /// <inheritdoc/>
    public string Prefix => CredentialText.AccessPrefix;

    /// <inheritdoc/>
    public IReadOnlyList<string> OtherPrefixes { get; } = [CredentialText.RefreshPrefix, CredentialText.CodePrefix];

    /// <inheritdoc/>
    public async ValueTask<byte[]?> FindAsync(TokenHash hash, CancellationToken cancellationToken)
    {
        if (await tokens.FindAsync(hash.ToArray(), cancellationToken).ConfigureAwait(false) is not { } claims)
            return null;
        return JsonSerializer.SerializeToUtf8Bytes(claims with { Active = true, TokenType = claims.Scheme }, FactsJson.Default.AccessFacts);
    }
}
