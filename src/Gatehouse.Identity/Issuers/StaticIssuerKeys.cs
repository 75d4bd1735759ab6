using Gatehouse.Identity.Partitions;

namespace Gatehouse.Identity.Issuers;

/// <summary>Keys that are known from the start and never change.</summary>
public sealed class StaticIssuerKeys : IIssuerKeys
{
    private readonly JsonWebKeySet keys;

    /// <summary>Takes the keys.</summary>
    public StaticIssuerKeys(JsonWebKeySet keys) => this.keys = keys;

    /// <inheritdoc/>
    public long Generation => 1;

    /// <inheritdoc/>
    public ValueTask<KeyLookup> FindAsync(string? keyId, string algorithm, CallerPartition peer, CancellationToken cancellationToken) =>
        ValueTask.FromResult(keys.Find(keyId, algorithm) with { Generation = Generation });

    /// <inheritdoc/>
    public ValueTask<bool> RefreshAfterBadSignatureAsync(CallerPartition peer, CancellationToken cancellationToken) => ValueTask.FromResult(false);
}
