using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatehouse.Identity;

/// <summary>A revocation list that an authority signed (RFC 5280 §5), read from a file.</summary>
public sealed class CertificateRevocationFile
{
    /// <summary>The largest list read, in bytes: 16 MiB.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private const string EcdsaSha256 = "1.2.840.10045.4.3.2";
    private const string EcdsaSha384 = "1.2.840.10045.4.3.3";
    private const string EcdsaSha512 = "1.2.840.10045.4.3.4";
    private const string RsaSha256 = "1.2.840.113549.1.1.11";
    private const string RsaSha384 = "1.2.840.113549.1.1.12";
    private const string RsaSha512 = "1.2.840.113549.1.1.13";

    private readonly FrozenSet<string> _serials;

    private CertificateRevocationFile(FrozenSet<string> serials, DateTimeOffset? nextUpdate)
    {
        _serials = serials;
        NextUpdate = nextUpdate;
    }

    /// <summary>When the authority promised the next list; null when it promised none.</summary>
    public DateTimeOffset? NextUpdate { get; }

    /// <summary>How many certificates are revoked.</summary>
    public int Count => _serials.Count;

    /// <summary>Whether a certificate is revoked; yes for every one once the list is older than its authority promised.</summary>
    /// <param name="serial">The serial number in upper-case hexadecimal digits, as <see cref="X509Certificate2.SerialNumber"/> has it.</param>
    /// <param name="now">The time.</param>
    public bool IsRevoked(string serial, DateTimeOffset now) => NextUpdate <= now || _serials.Contains(serial);

    /// <summary>Reads a list and checks who signed it.</summary>
    /// <param name="content">DER, or PEM with the label <c>X509 CRL</c>.</param>
    /// <param name="issuer">The issuer whose authorities may have signed it.</param>
    /// <exception cref="InvalidDataException">Not a list, too large, of an unknown form, or signed by nobody who may.</exception>
    public static CertificateRevocationFile Read(ReadOnlyMemory<byte> content, CertificateIssuer issuer)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        try
        {
            if (content.Length > MaxBytes)
                throw new InvalidDataException($"the revocation list is larger than {MaxBytes} bytes");
            return ReadSigned(Der(content), issuer);
        }
        catch (Exception fault) when (fault is AsnContentException or CryptographicException or ArgumentException)
        {
            throw new InvalidDataException("the revocation list is not a CRL in DER or PEM");
        }
    }

    private static ReadOnlyMemory<byte> Der(ReadOnlyMemory<byte> content)
    {
        if (content.Length > 0 && content.Span[0] == 0x30)
            return content;
        var text = System.Text.Encoding.ASCII.GetString(content.Span);
        var fields = PemEncoding.Find(text);
        return text[fields.Label] == "X509 CRL" ? Convert.FromBase64String(text[fields.Base64Data]) : throw new InvalidDataException("the PEM is not an X509 CRL");
    }

    // CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue } (RFC 5280 §5.1).
    private static CertificateRevocationFile ReadSigned(ReadOnlyMemory<byte> der, CertificateIssuer issuer)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var list = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var signed = list.PeekEncodedValue();
        var body = list.ReadSequence();
        var algorithm = list.ReadSequence().ReadObjectIdentifier();
        var signature = list.ReadBitString(out _);
        list.ThrowIfNotEmpty();
        if (body.PeekTag() == Asn1Tag.Integer)
            body.ReadInteger();
        if (body.ReadSequence().ReadObjectIdentifier() != algorithm)
            throw new InvalidDataException("the revocation list names two algorithms");
        var name = body.ReadEncodedValue();
        if (!issuer.Authorities.Any(authority => authority.SubjectName.RawData.AsSpan().SequenceEqual(name.Span) && IsSignedBy(authority, signed.Span, algorithm, signature)))
            throw new InvalidDataException("no authority of the certificate issuer signed the revocation list");
        return ReadBody(body);
    }

    private static CertificateRevocationFile ReadBody(AsnReader body)
    {
        ReadTime(body);
        DateTimeOffset? nextUpdate = body.HasData && IsTime(body.PeekTag()) ? ReadTime(body) : null;
        var serials = new HashSet<string>(StringComparer.Ordinal);
        if (body.HasData && body.PeekTag() == Asn1Tag.Sequence)
        {
            var revoked = body.ReadSequence();
            while (revoked.HasData)
                serials.Add(Convert.ToHexString(revoked.ReadSequence().ReadIntegerBytes().Span));
        }

        return new CertificateRevocationFile(serials.ToFrozenSet(StringComparer.Ordinal), nextUpdate);
    }

    private static bool IsTime(Asn1Tag tag) => tag == Asn1Tag.UtcTime || tag == Asn1Tag.GeneralizedTime;

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag() == Asn1Tag.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private static bool IsSignedBy(X509Certificate2 authority, ReadOnlySpan<byte> signed, string algorithm, byte[] signature)
    {
        var hash = algorithm switch
        {
            EcdsaSha256 or RsaSha256 => HashAlgorithmName.SHA256,
            EcdsaSha384 or RsaSha384 => HashAlgorithmName.SHA384,
            EcdsaSha512 or RsaSha512 => HashAlgorithmName.SHA512,
            _ => throw new InvalidDataException("the revocation list is signed with an algorithm that is not taken; use RSA or ECDSA with SHA-256 or longer"),
        };
        if (algorithm is EcdsaSha256 or EcdsaSha384 or EcdsaSha512)
        {
            using var key = authority.GetECDsaPublicKey();
            return key?.VerifyData(signed, signature, hash, DSASignatureFormat.Rfc3279DerSequence) == true;
        }

        using var rsa = authority.GetRSAPublicKey();
        return rsa?.VerifyData(signed, signature, hash, RSASignaturePadding.Pkcs1) == true;
    }
}
