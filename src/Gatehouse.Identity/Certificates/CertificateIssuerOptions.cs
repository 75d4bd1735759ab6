using System.Collections.Immutable;

namespace Gatehouse.Identity.Certificates;

/// <summary>The certificates of workloads that are accepted, and the names of those workloads.</summary>
public sealed record CertificateIssuerOptions
{
    /// <summary>The name, by which servers take it; callers have the issuer <see cref="CertificateIssuer.IssuerPrefix"/> and this.</summary>
    public required string Name { get; init; }

    /// <summary>PEM of the authorities: roots, and intermediates on the way to them, or null where <see cref="Workloads"/> are named.</summary>
    public string? AuthoritiesPem { get; init; }

    /// <summary>
    /// Base64 of the SHA-256 of accepted public keys (SPKI); empty accepts every key that an authority vouches for. Only with authorities.
    /// </summary>
    public ImmutableArray<string> Pins { get; init; } = [];

    /// <summary>
    /// The workloads, instead of authorities: each by the name that its callers get, with the Base64 of the SHA-256 of its public keys (SPKI). The
    /// content of such a certificate means nothing, because its holder wrote it.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Workloads { get; init; } = ImmutableDictionary<string, IReadOnlyList<string>>.Empty;

    /// <summary>The part of the certificate that names the workload, with authorities.</summary>
    public CertificateSubject Subject { get; init; }

    /// <summary>Scopes that each of its workloads has.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];
}
