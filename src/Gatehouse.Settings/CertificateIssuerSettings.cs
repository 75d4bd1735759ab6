using Gatehouse.Identity.Certificates;

namespace Gatehouse.Settings;

/// <summary>An issuer of certificates for workloads that need no token.</summary>
public sealed record CertificateIssuerSettings
{
    /// <summary>Name; its callers have the issuer <c>certificate:</c> followed by this name.</summary>
    public required string Name { get; init; }

    /// <summary>PEM file of the authorities; null when workloads are named instead.</summary>
    public string? AuthoritiesFile { get; init; }

    /// <summary>Base64 of the SHA-256 of accepted public keys. Default: every key that an authority certifies.</summary>
    public IReadOnlyList<string> Pins { get; init; } = [];

    /// <summary>
    /// The workloads by name, as an alternative to authorities, each with the Base64 of the SHA-256 of its public keys. Default none.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Workloads { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>The part of the certificate that names the workload. Default the URI.</summary>
    public CertificateSubject Subject { get; init; }

    /// <summary>File of the authority's revocation list; null for none.</summary>
    public string? RevocationList { get; init; }

    /// <summary>Scopes that each workload has. Default none.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];
}
