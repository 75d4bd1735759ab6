using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Identity.Keys;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Certificates;

/// <summary>The same certificate with the other ECDSA signature of its authority that is valid (RFC 5280 §4.1, RFC 3279 §2.2.3).</summary>
internal static class CertificateOtherForm
{
    private const string EcdsaAlgorithms = "1.2.840.10045.4.";

    /// <summary>Returns the hash of the other form of a certificate, which anyone who has one form can write.</summary>
    /// <param name="certificate">The certificate, with a valid signature.</param>
    /// <param name="issuer">The certificate of its issuer, whose key has the curve.</param>
    /// <returns>Null where there is none, as with RSA.</returns>
    /// <exception cref="CryptographicException">The curve of the issuer is not known here.</exception>
    public static TokenHash? FindHash(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        if (certificate.SignatureAlgorithm.Value?.StartsWith(EcdsaAlgorithms, StringComparison.Ordinal) != true)
            return null;
        var order = OrderOf(issuer);
        try
        {
            var parts = new AsnReader(certificate.RawDataMemory, AsnEncodingRules.DER).ReadSequence();
            var (body, algorithm) = (parts.ReadEncodedValue(), parts.ReadEncodedValue());
            var numbers = new AsnReader(parts.ReadBitString(out _), AsnEncodingRules.DER).ReadSequence();
            var (r, s) = (numbers.ReadInteger(), numbers.ReadInteger());
            var other = order - s;
            var signature = new AsnWriter(AsnEncodingRules.DER);
            using (signature.PushSequence())
            {
                signature.WriteInteger(r);
                signature.WriteInteger(other);
            }

            var whole = new AsnWriter(AsnEncodingRules.DER);
            using (whole.PushSequence())
            {
                whole.WriteEncodedValue(body.Span);
                whole.WriteEncodedValue(algorithm.Span);
                whole.WriteBitString(signature.Encode());
            }

            return TokenHash.Of(whole.Encode());
        }
        catch (AsnContentException)
        {
            return null; // no signature that a verifier takes
        }
    }

    // An authority may have another curve than tokens have. Its order is asked of the key only then: not every system exports the parameters of a
    // curve.
    private static BigInteger OrderOf(X509Certificate2 issuer)
    {
        using var key = issuer.GetECDsaPublicKey() ?? throw new CryptographicException("the issuer has no key of an elliptic curve");
        return EllipticCurve.Of(key.ExportParameters(false).Curve)?.Order
            ?? new BigInteger(key.ExportExplicitParameters(false).Curve.Order, isUnsigned: true, isBigEndian: true);
    }
}
