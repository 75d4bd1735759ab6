using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Gatehouse.Identity.Certificates;

/// <summary>Reads the alternative names of a certificate (RFC 5280 §4.2.1.6).</summary>
internal static class CertificateNames
{
    private const string AlternativeNames = "2.5.29.17";
    private const int DnsTag = 2;
    private const int UriTag = 6;
    private const int MaxLength = 2048;

    /// <summary>Returns the name of the workload. Null when there is none, more than one, or one that two readers could read differently.</summary>
    public static string? Of(X509Certificate2 certificate, CertificateSubject subject)
    {
        var name = subject switch
        {
            CertificateSubject.Uri => Only(certificate, UriTag),
            CertificateSubject.Dns => Only(certificate, DnsTag),
            _ => certificate.Subject,
        };
        var isPlain = name is { Length: > 0 and <= MaxLength }
            && !name.AsSpan().ContainsAnyInRange('\0', '\u001F') && !name.Contains('\u007F', StringComparison.Ordinal);
        return isPlain && !(subject == CertificateSubject.Dns && name!.Contains('*', StringComparison.Ordinal)) ? name : null;
    }

    // Threat: a certificate with two names, of which one is another workload's. Only one of the kind is read.
    private static string? Only(X509Certificate2 certificate, int tag)
    {
        var extensions = certificate.Extensions.Where(extension => extension.Oid?.Value == AlternativeNames).Take(2).ToList();
        if (extensions.Count != 1)
            return null;
        try
        {
            var names = Read(extensions[0].RawData, tag);
            return names.Count == 1 ? names[0] : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static List<string> Read(byte[] extension, int tag)
    {
        var found = new List<string>();
        var names = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            var wanted = new Asn1Tag(TagClass.ContextSpecific, tag);
            if (names.PeekTag() == wanted)
                found.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, wanted));
            else
                names.ReadEncodedValue();
        }

        return found;
    }
}
