using System.Collections.Immutable;
using System.Text.Json;

namespace Gatehouse.Identity.Tokens;

/// <summary>The content of a token that passed every check, without the token itself. Immutable, safe to share between threads.</summary>
public sealed class VerifiedToken
{
    private readonly JsonElement claims;

    internal VerifiedToken(JsonElement claims) => this.claims = claims;

    /// <summary>The issuer, exactly as configured (<c>iss</c>, RFC 7519 §4.1.1).</summary>
    public required string Issuer { get; init; }

    /// <summary>The subject within the issuer (<c>sub</c> or the profile's claim); empty only where the profile requires none.</summary>
    public required string Subject { get; init; }

    /// <summary>The client that asked for the token (<c>client_id</c>, RFC 8693 §4.3, or <c>azp</c>), or null when absent.</summary>
    public string? ClientId { get; init; }

    /// <summary>True when the client acts for itself, without a person.</summary>
    public bool IsApplication { get; init; }

    /// <summary>The token's identifier within the issuer (<c>jti</c>, RFC 7519 §4.1.7), or null when absent.</summary>
    public string? TokenId { get; init; }

    /// <summary>The login session at the issuer (<c>sid</c>, OpenID Connect Front-Channel Logout §3), or null when absent.</summary>
    public string? SessionId { get; init; }

    /// <summary>The moment when the token ends (<c>exp</c>), without the clock skew.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The moment when the token begins (<c>nbf</c>), or null when absent.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The moment when the token was made (<c>iat</c>), or null when absent.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>All audiences of the token (<c>aud</c>); at least one.</summary>
    public required ImmutableArray<string> Audiences { get; init; }

    /// <summary>
    /// The scopes granted (<c>scope</c>, RFC 8693 §4.2, or <c>scp</c>), in the token's order, then those that the issuer's hierarchy adds.
    /// </summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>The subject's roles (<c>roles</c>, RFC 9068 §2.2.3.1).</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>The subject's groups (<c>groups</c>, RFC 9068 §2.2.3.1).</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>
    /// True when the subject has groups that the token does not carry: <see cref="Groups"/> then proves neither membership nor its absence.
    /// </summary>
    public bool GroupsIncomplete { get; init; }

    /// <summary>The level at which the subject was authenticated (<c>acr</c>, RFC 9068 §2.2.1; OpenID Connect Core §2); null when absent.</summary>
    public string? AuthenticationContext { get; init; }

    /// <summary>The means by which the subject was authenticated (<c>amr</c>, RFC 8176); empty when absent.</summary>
    public ImmutableArray<string> AuthenticationMethods { get; init; } = [];

    /// <summary>The binding of the token to its sender (<c>cnf</c>); null for a plain bearer token.</summary>
    public TokenBinding? Binding { get; init; }

    /// <summary>The serial number of the certificate that took the token's place, in hexadecimal digits, or null for a token.</summary>
    public string? CertificateSerial { get; init; }

    /// <summary>Base64 of the SHA-256 of the public key of that certificate (SPKI), or null for a token.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>The path from that certificate to its root, itself first. Empty for a token, and where configuration names the key itself.</summary>
    public ImmutableArray<CertificateLink> CertificatePath { get; init; } = [];

    /// <summary>The key that signed the token, or null when the token names none and the issuer has one key.</summary>
    public string? KeyId { get; init; }

    /// <summary>SHA-256 of the token, for correlation and revocation only.</summary>
    public required TokenHash TokenHash { get; init; }

    /// <summary>
    /// SHA-256 of the same token with the other signature that is valid, for revocation only; null where there is none. Threat: the holder
    /// of a token that was revoked by its hash writes its ECDSA signature in the other form, and the token has another hash.
    /// </summary>
    internal TokenHash? OtherFormHash { get; init; }

    /// <summary>Returns whether a scope was granted; compared exactly (RFC 6749 §3.3: case-sensitive).</summary>
    public bool HasScope(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);

    /// <summary>Finds any claim by its exact name.</summary>
    /// <returns>False when the token does not carry it.</returns>
    public bool TryGetClaim(string name, out JsonElement value) => claims.TryGetProperty(name, out value);

    /// <summary>Returns issuer and subject, for a person who debugs.</summary>
    public override string ToString() => $"{Subject} of {Issuer}";
}
