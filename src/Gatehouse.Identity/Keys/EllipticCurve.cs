using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Gatehouse.Identity.Keys;

/// <summary>A curve of JSON Web Keys (RFC 7518 §6.2.1.1).</summary>
/// <param name="Name">The <c>crv</c> value.</param>
/// <param name="Curve">The curve itself.</param>
/// <param name="FieldBytes">The length of a coordinate, and of r and s, in bytes.</param>
/// <param name="Order">The order n of the base point: r and s are less (FIPS 186-5 §6.4).</param>
internal sealed record EllipticCurve(string Name, ECCurve Curve, int FieldBytes, BigInteger Order)
{
    // The orders are those of SP 800-186 §3.2.1.

    /// <summary>NIST P-256.</summary>
    public static readonly EllipticCurve P256 = new(
        "P-256", ECCurve.NamedCurves.nistP256, 32, Number("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"));

    /// <summary>NIST P-384.</summary>
    public static readonly EllipticCurve P384 = new(
        "P-384", ECCurve.NamedCurves.nistP384, 48,
        Number("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973"));

    /// <summary>NIST P-521.</summary>
    public static readonly EllipticCurve P521 = new(
        "P-521", ECCurve.NamedCurves.nistP521, 66,
        Number("01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409"));

    /// <summary>The curve with exactly this name, or null when there is none.</summary>
    public static EllipticCurve? Find(string? name) => name switch
    {
        "P-256" => P256,
        "P-384" => P384,
        "P-521" => P521,
        _ => null,
    };

    /// <summary>The curve that a key of the platform names by its object identifier (RFC 5480 §2.1.1.1), or null when it is none of these.</summary>
    public static EllipticCurve? Of(ECCurve curve) => !curve.IsNamed ? null : curve.Oid.Value switch
    {
        "1.2.840.10045.3.1.7" => P256,
        "1.3.132.0.34" => P384,
        "1.3.132.0.35" => P521,
        _ => null,
    };

    /// <summary>
    /// Returns the other form of a signature. ECDSA signatures are malleable: where (r, s) is valid, (r, n - s) is valid too, and anyone can compute
    /// it without the key.
    /// </summary>
    /// <param name="signature">r and s, each in <see cref="FieldBytes"/> bytes.</param>
    /// <returns>Null for what is no signature on this curve.</returns>
    public byte[]? FindOtherForm(ReadOnlySpan<byte> signature)
    {
        if (signature.Length != 2 * FieldBytes)
            return null;
        var s = new BigInteger(signature[FieldBytes..], isUnsigned: true, isBigEndian: true);
        if (s.IsZero || s >= Order)
            return null;
        var other = new byte[signature.Length];
        signature[..FieldBytes].CopyTo(other);
        var number = (Order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        number.CopyTo(other.AsSpan(other.Length - number.Length));
        return other;
    }

    private static BigInteger Number(string digits) => BigInteger.Parse("0" + digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
