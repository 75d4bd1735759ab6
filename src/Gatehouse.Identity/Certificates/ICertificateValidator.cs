using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Certificates;

/// <summary>A decision whether a client's certificate names a workload that needs no token (RFC 8705 is about tokens; this is not).</summary>
public interface ICertificateValidator
{
    /// <summary>Judges a certificate by the issuers that a server takes.</summary>
    /// <param name="certificate">The certificate. The start of the connection showed that the client has its key.</param>
    /// <param name="issuers">Names of the certificate issuers that the server takes.</param>
    TokenResult Validate(PresentedCertificate certificate, IReadOnlyList<string> issuers);
}
