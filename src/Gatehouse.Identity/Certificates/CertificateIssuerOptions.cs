using System.Collections.Immutable;

namespace Gatehouse.Identity;

/// <summary>Which certificates of workloads are taken, and for whom.</summary>
public sealed record CertificateIssuerOptions
{
    /// <summary>The name, by which servers take it; callers have the issuer <see cref="CertificateIssuer.IssuerPrefix"/> and this.</summary>
    public required string Name { get; init; }

    /// <summary>PEM of the authorities: roots, and intermediates on the way to them; null where pins alone decide.</summary>
    public string? AuthoritiesPem { get; init; }

    /// <summary>Base64 of the SHA-256 of accepted public keys (SPKI); empty accepts every key that an authority vouches for.</summary>
    public ImmutableArray<string> Pins { get; init; } = [];

    /// <summary>What names the workload.</summary>
    public CertificateSubject Subject { get; init; }

    /// <summary>Scopes that each of its workloads has.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];
}
