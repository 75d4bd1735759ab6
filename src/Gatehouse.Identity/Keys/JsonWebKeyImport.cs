using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Identity.Formats;

namespace Gatehouse.Identity.Keys;

/// <summary>Turns the members of a JSON Web Key into a verification key, or says why it verifies nothing.</summary>
internal static class JsonWebKeyImport
{
    /// <summary>Public exponents are odd, above 2^16 and of at most 4 bytes (FIPS 186-5 §5.4; no known issuer uses others).</summary>
    private const uint LeastExponent = 65537;

    /// <summary>
    /// Makes the key. A key that cannot verify stays in the set, so that a token that names it is distinguished from one with an unknown key.
    /// </summary>
    public static JsonWebKey Import(JsonWebKeyMembers members)
    {
        if (!IsForVerifying(members))
            return Unusable(members, JsonWebKeyUse.OtherPurpose);
        return members.KeyType switch
        {
            "EC" => ImportElliptic(members),
            "RSA" => ImportRsa(members),
            _ => Unusable(members, JsonWebKeyUse.UnknownType),
        };
    }

    /// <summary>Threat: an encryption key used for signatures (RFC 7517 §4.2, §4.3; RFC 8725 §3.1).</summary>
    private static bool IsForVerifying(JsonWebKeyMembers members) =>
        members.PublicKeyUse is null or "sig"
        && (members.Operations.IsDefault || members.Operations.Contains("verify", StringComparer.Ordinal))
        && (members.Algorithm is null || SignatureAlgorithm.IsKnown(members.Algorithm));

    private static JsonWebKey ImportElliptic(JsonWebKeyMembers members)
    {
        var curve = EllipticCurve.Find(members.Curve);
        if (curve is null)
            return Unusable(members, JsonWebKeyUse.UnknownType);
        if (!TryDecode(members.X, out var x) || !TryDecode(members.Y, out var y) || x.Length != curve.FieldBytes || y.Length != curve.FieldBytes)
            return Unusable(members, JsonWebKeyUse.Broken);
        var parameters = new ECParameters { Curve = curve.Curve, Q = new ECPoint { X = x, Y = y } };
        return Probe(members, curve, () => ECDsa.Create(parameters));
    }

    private static JsonWebKey ImportRsa(JsonWebKeyMembers members)
    {
        if (!TryDecode(members.Modulus, out var modulus) || !TryDecode(members.Exponent, out var exponent) || modulus[0] == 0 || exponent[0] == 0)
            return Unusable(members, JsonWebKeyUse.Broken);
        if (IsWeak(modulus, exponent))
            return Unusable(members, JsonWebKeyUse.Weak);
        var parameters = new RSAParameters { Modulus = modulus, Exponent = exponent };
        return Probe(members, null, () => RSA.Create(parameters));
    }

    /// <summary>Threat: short, oversized or factorable keys (RFC 8725 §3.5; RFC 7518 §3.3).</summary>
    private static bool IsWeak(byte[] modulus, byte[] exponent)
    {
        var bits = (modulus.Length * 8) - byte.LeadingZeroCount(modulus[0]);
        return bits is < JsonWebKey.MinRsaBits or > JsonWebKey.MaxRsaBits
            || (modulus[^1] & 1) == 0
            || !IsSoundExponent(exponent)
            || RocaFingerprint.IsPresent(modulus);
    }

    private static bool IsSoundExponent(byte[] exponent)
    {
        if (exponent.Length > sizeof(uint) || (exponent[^1] & 1) == 0)
            return false;
        return exponent.Aggregate(0u, (value, octet) => (value << 8) | octet) >= LeastExponent;
    }

    /// <summary>
    /// Threat: a point off its curve leaks or forges (RFC 8725 §2.5, §3.4). The import checks it once, at load, not at the first token.
    /// </summary>
    [SuppressMessage("Design", "CA1031", Justification = "Platforms report a bad key by different exceptions; each means the same.")]
    private static JsonWebKey Probe(JsonWebKeyMembers members, EllipticCurve? curve, Func<AsymmetricAlgorithm> import)
    {
        try
        {
            import().Dispose();
            return new JsonWebKey(members, JsonWebKeyUse.Verifies, curve, import);
        }
        catch (Exception)
        {
            return Unusable(members, JsonWebKeyUse.Broken);
        }
    }

    private static JsonWebKey Unusable(JsonWebKeyMembers members, JsonWebKeyUse use) => new(members, use, null, null);

    private static bool TryDecode(string? text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        return !string.IsNullOrEmpty(text) && Ascii.IsValid(text) && Base64UrlText.TryDecode(Encoding.ASCII.GetBytes(text), out bytes);
    }
}
