using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Gatehouse.Identity.Keys;

/// <summary>One asymmetric signature algorithm of JWS (RFC 7518 §3.1). There is no other kind here: no <c>none</c>, no HMAC.</summary>
/// <param name="Name">The <c>alg</c> value, case-sensitive.</param>
/// <param name="KeyType">The <c>kty</c> of its keys: RSA or EC.</param>
/// <param name="Hash">The hash function.</param>
/// <param name="Curve">The <c>crv</c> of its keys, or null for RSA.</param>
/// <param name="Padding">The RSA padding, or null for ECDSA.</param>
internal sealed record SignatureAlgorithm(string Name, string KeyType, HashAlgorithmName Hash, EllipticCurve? Curve, RSASignaturePadding? Padding)
{
    private static readonly ImmutableArray<SignatureAlgorithm> All =
    [
        Ecdsa("ES256", HashAlgorithmName.SHA256, EllipticCurve.P256),
        Ecdsa("ES384", HashAlgorithmName.SHA384, EllipticCurve.P384),
        Ecdsa("ES512", HashAlgorithmName.SHA512, EllipticCurve.P521),
        Rsa("PS256", HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        Rsa("PS384", HashAlgorithmName.SHA384, RSASignaturePadding.Pss),
        Rsa("PS512", HashAlgorithmName.SHA512, RSASignaturePadding.Pss),
        Rsa("RS256", HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        Rsa("RS384", HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
        Rsa("RS512", HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
    ];

    private static readonly FrozenDictionary<string, SignatureAlgorithm> ByName =
        All.ToFrozenDictionary(algorithm => algorithm.Name, StringComparer.Ordinal);

    /// <summary>Every name, in a fixed order.</summary>
    public static ImmutableArray<string> Names { get; } = [.. All.Select(algorithm => algorithm.Name)];

    /// <summary>Returns whether a name is exactly one of these algorithms.</summary>
    public static bool IsKnown(string? name) => Find(name) is not null;

    /// <summary>The algorithm with exactly this name, or null when there is none.</summary>
    public static SignatureAlgorithm? Find(string? name) => name is null ? null : ByName.GetValueOrDefault(name);

    private static SignatureAlgorithm Ecdsa(string name, HashAlgorithmName hash, EllipticCurve curve) =>
        new(name, "EC", hash, curve, null);

    private static SignatureAlgorithm Rsa(string name, HashAlgorithmName hash, RSASignaturePadding padding) =>
        new(name, "RSA", hash, null, padding);
}
