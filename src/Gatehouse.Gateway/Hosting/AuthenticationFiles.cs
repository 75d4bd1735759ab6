using Gatehouse.Identity.Certificates;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The files that a configuration names for its callers: certificate authorities and revocations.</summary>
internal sealed record AuthenticationFiles(IReadOnlyList<CertificateIssuer> CertificateIssuers, RevocationSources Revocations)
{
    /// <summary>Reads every file.</summary>
    /// <exception cref="InvalidDataException">One cannot be read or is faulty.</exception>
    public static AuthenticationFiles Load(GatewaySettings settings, TimeProvider time)
    {
        var issuers = CertificateIssuerFiles.Load(settings);
        return new AuthenticationFiles(issuers, RevocationSources.Load(settings, issuers, time));
    }
}
