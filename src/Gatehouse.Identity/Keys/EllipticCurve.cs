using System.Security.Cryptography;

namespace Gatehouse.Identity.Keys;

/// <summary>A curve of JSON Web Keys (RFC 7518 §6.2.1.1).</summary>
/// <param name="Name">The <c>crv</c> value.</param>
/// <param name="Curve">The curve itself.</param>
/// <param name="FieldBytes">The length of a coordinate, and of r and s, in bytes.</param>
internal sealed record EllipticCurve(string Name, ECCurve Curve, int FieldBytes)
{
    /// <summary>NIST P-256.</summary>
    public static readonly EllipticCurve P256 = new("P-256", ECCurve.NamedCurves.nistP256, 32);

    /// <summary>NIST P-384.</summary>
    public static readonly EllipticCurve P384 = new("P-384", ECCurve.NamedCurves.nistP384, 48);

    /// <summary>NIST P-521.</summary>
    public static readonly EllipticCurve P521 = new("P-521", ECCurve.NamedCurves.nistP521, 66);

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
}
