using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Tests.Support;

/// <summary>Keys that the test replaces; counts how often they are asked for.</summary>
internal sealed class FakeIssuerKeys(JsonWebKeySet keys) : IIssuerKeys
{
    public long Generation { get; private set; } = 1;

    public int Lookups { get; private set; }

    public JsonWebKeySet? Current { get; private set; } = keys;

    /// <summary>Replaces the keys; null makes them unavailable.</summary>
    public void Replace(JsonWebKeySet? next)
    {
        Current = next;
        Generation++;
    }

    public ValueTask<KeyLookup> FindAsync(string? keyId, string algorithm, CallerPartition peer, CancellationToken cancellationToken)
    {
        Lookups++;
        var lookup = Current?.Find(keyId, algorithm) ?? KeyLookup.None(TokenRefusal.KeysUnavailable);
        return ValueTask.FromResult(lookup with { Generation = Generation });
    }

    public ValueTask<bool> RefreshAfterBadSignatureAsync(CallerPartition peer, CancellationToken cancellationToken) => ValueTask.FromResult(false);
}
