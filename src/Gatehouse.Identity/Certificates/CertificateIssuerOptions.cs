using System.Collections.Immutable;

namespace Gatehouse.Identity.Certificates;

/// <summary>Which certificates of workloads are taken, and for whom.</summary>
public sealed record CertificateIssuerOptions
{
    /// <summary>The name, by which servers take it; callers have the issuer <see cref="CertificateIssuer.IssuerPrefix"/> and this.</summary>
    public required string Name { get; init; }

    /// <summary>PEM of the authorities: roots, and intermediates on the way to them; null where <see cref="Workloads"/> are named.</summary>
    public string? AuthoritiesPem { get; init; }

    /// <summary>
    /// Base64 of the SHA-256 of accepted public keys (SPKI); empty accepts every key that an authority vouches for. Only with authorities.
    /// </summary>
    public ImmutableArray<string> Pins { get; init; } = [];

    /// <summary>
    /// Instead of authorities: the workloads by the name that their callers get, each with the Base64 of the SHA-256 of its public keys
    /// (SPKI). What such a certificate says of itself means nothing, for its holder wrote it.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Workloads { get; init; } = ImmutableDictionary<string, IReadOnlyList<string>>.Empty;

    /// <summary>What names the workload, with authorities.</summary>
    public CertificateSubject Subject { get; init; }

    /// <summary>Scopes that each of its workloads has.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];
}
