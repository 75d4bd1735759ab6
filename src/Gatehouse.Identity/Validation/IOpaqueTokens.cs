using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Validation;

/// <summary>The opaque access tokens of an issuer in the same process, such as the gateway's own authorization server.</summary>
/// <remarks>An implementation receives the hash of a token only: no text of a token leaves the validator (MCP rows A09, A10).</remarks>
public interface IOpaqueTokens
{
    /// <summary>
    /// The prefix of every token of the issuer; it has at least one character that no JWT begins with. A token with it is shown to no other issuer.
    /// </summary>
    string Prefix { get; }

    /// <summary>
    /// The prefixes of the issuer's other credentials, such as refresh tokens. Threat: a client sends one of them in place of an access token. It is
    /// shown to no other issuer either, which could use it (RFC 7662 §4).
    /// </summary>
    IReadOnlyList<string> OtherPrefixes => [];

    /// <summary>Finds the claims of a token that is in force.</summary>
    /// <param name="hash">The SHA-256 of the token.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The claims as an answer of introspection has them (RFC 7662 §2.2), JSON in UTF-8; null for a token that is not in force.</returns>
    /// <remarks>Whatever it throws, the token is refused as one whose issuer cannot be asked now.</remarks>
    ValueTask<byte[]?> FindAsync(TokenHash hash, CancellationToken cancellationToken);
}
