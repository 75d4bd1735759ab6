using Gatehouse.Identity.Certificates;

namespace Gatehouse.Settings;

/// <summary>Who issues certificates to workloads that need no token.</summary>
public sealed record CertificateIssuerSettings
{
    /// <summary>Name; callers have the issuer <c>certificate:</c> and this.</summary>
    public required string Name { get; init; }

    /// <summary>PEM file of the authorities; null where workloads are named.</summary>
    public string? AuthoritiesFile { get; init; }

    /// <summary>Base64 of the SHA-256 of accepted public keys. Default: every key that an authority vouches for.</summary>
    public IReadOnlyList<string> Pins { get; init; } = [];

    /// <summary>Instead of authorities: the workloads by name, each with the Base64 of the SHA-256 of its public keys. Default none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Workloads { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>What of the certificate names the workload. Default the URI.</summary>
    public CertificateSubject Subject { get; init; }

    /// <summary>File of the authority's revocation list; null for none.</summary>
    public string? RevocationList { get; init; }

    /// <summary>Scopes that each workload has. Default none.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];
}
