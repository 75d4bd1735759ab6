using Gatehouse.Identity.Certificates;
using Gatehouse.Identity.Validation;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The validators of one configuration, made before it is in force.</summary>
public sealed class PreparedIssuers
{
    internal PreparedIssuers(TokenValidator tokens, CertificateIssuerSet workloads, HashSet<string> names) =>
        (Tokens, Workloads, Names) = (tokens, workloads, names);

    /// <summary>Judges tokens.</summary>
    public TokenValidator Tokens { get; }

    /// <summary>Judges certificates of workloads.</summary>
    public CertificateIssuerSet Workloads { get; }

    internal HashSet<string> Names { get; }
}
