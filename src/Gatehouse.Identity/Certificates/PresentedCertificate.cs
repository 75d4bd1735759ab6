using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatehouse.Identity.Certificates;

/// <summary>A client's certificate whose private key the client was seen to have; nothing else of it is judged yet.</summary>
public sealed class PresentedCertificate
{
    /// <summary>The largest certificate read, in bytes: 16 KiB.</summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>Wraps a certificate.</summary>
    /// <param name="certificate">The certificate; it stays the caller's.</param>
    public PresentedCertificate(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        Certificate = certificate;
        Thumbprint = Base64Url.EncodeToString(SHA256.HashData(certificate.RawDataMemory.Span));
    }

    /// <summary>The certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Base64url of the SHA-256 of its DER, as <c>x5t#S256</c> names it (RFC 8705 §3.1).</summary>
    public string Thumbprint { get; }

    /// <summary>
    /// Reads the header in which a proxy passes on the certificate: a byte sequence, <c>:base64:</c> (RFC 9440 §2.2; RFC 8941 §3.3.5).
    /// </summary>
    /// <returns>False when the value is anything else than one certificate.</returns>
    public static bool TryReadHeader(string? value, [NotNullWhen(true)] out PresentedCertificate? certificate)
    {
        certificate = null;
        if (value is null || value.Length is < 3 or > (MaxBytes * 4 / 3) + 8 || value[0] != ':' || value[^1] != ':')
            return false;
        var der = new byte[value.Length];
        if (!Convert.TryFromBase64Chars(value.AsSpan(1, value.Length - 2), der, out var length))
            return false;
        try
        {
            certificate = new PresentedCertificate(X509CertificateLoader.LoadCertificate(der.AsSpan(0, length)));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
