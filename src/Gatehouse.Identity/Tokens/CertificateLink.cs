using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatehouse.Identity.Tokens;

/// <summary>One step of the path from a workload's certificate to a root: a certificate by its number, and the authority that issued it.</summary>
/// <remarks>
/// A serial number is unique only within one authority (RFC 5280 §4.1.2.2), so a number without its authority names nothing where there are several.
/// </remarks>
/// <param name="Authority">The authority, by its name and key.</param>
/// <param name="Serial">The serial number in upper-case hexadecimal digits.</param>
public readonly record struct CertificateLink(string Authority, string Serial)
{
    /// <summary>Returns the path of a chain that was built: each certificate but the root, with the one after it as its authority.</summary>
    /// <param name="chain">The certificate, the authorities, the root.</param>
    public static IReadOnlyList<CertificateLink> PathOf(IReadOnlyList<X509Certificate2> chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return [.. chain.SkipLast(1).Select((step, index) => new CertificateLink(NameOf(chain[index + 1]), step.SerialNumber))];
    }

    /// <summary>
    /// Returns the name of an authority: the SHA-256 of its subject name and its public key, so that a renewed certificate of it is the same
    /// authority.
    /// </summary>
    internal static string NameOf(X509Certificate2 authority)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(authority.SubjectName.RawData);
        hash.AppendData(authority.PublicKey.ExportSubjectPublicKeyInfo());
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
