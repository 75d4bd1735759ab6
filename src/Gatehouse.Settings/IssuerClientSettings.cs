namespace Gatehouse.Settings;

/// <summary>
/// The gateway as a client of an issuer (RFC 6749 §2): one client for introspection, Microsoft Graph, token exchange and on-behalf-of. Exactly one of
/// <see cref="Secret"/>, <see cref="Key"/> and <see cref="Certificate"/> is there.
/// </summary>
public sealed record IssuerClientSettings
{
    /// <summary>The client id.</summary>
    public required string Id { get; init; }

    /// <summary>Reference to the client secret; null where it has no secret.</summary>
    public SecretReference? Secret { get; init; }

    /// <summary>
    /// Reference to a private key in PEM, RSA or P-256, by which the gateway signs assertions (RFC 7523 §2.2); null where it has no key.
    /// </summary>
    public SecretReference? Key { get; init; }

    /// <summary>The <c>kid</c> of these assertions; null for the thumbprint of the key (RFC 7638).</summary>
    public string? KeyId { get; init; }

    /// <summary>
    /// Reference to a certificate with its private key, RSA: PEM with both, or PKCS #12 in base64. The assertions name it by its SHA-256.
    /// Null where it has no certificate.
    /// </summary>
    public SecretReference? Certificate { get; init; }
}
