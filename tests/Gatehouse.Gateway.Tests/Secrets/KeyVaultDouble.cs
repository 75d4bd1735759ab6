using System.Collections.Concurrent;
using Gatehouse.Identity.Bearer;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Secrets;

/// <summary>Vaults that give what a test puts into them.</summary>
internal sealed class KeyVaultDouble : IKeyVaults
{
    private int inProgress;

    /// <summary>The value of every secret.</summary>
    public string Value { get; set; } = "first";

    /// <summary>The version of every secret; null where the vault names none.</summary>
    public string? Version { get; set; }

    /// <summary>The fault of every read; null while the vault answers.</summary>
    public VaultReadException? Fault { get; set; }

    /// <summary>The reads, as host, name and version.</summary>
    public ConcurrentQueue<string> Reads { get; } = new();

    /// <summary>Held back until it is released; null holds nothing back.</summary>
    public SemaphoreSlim? Gate { get; set; }

    /// <summary>The most reads that were in progress at the same time.</summary>
    public int Most { get; private set; }

    /// <inheritdoc />
    public async Task<VaultValue> ReadAsync(VaultSettings vault, KeyVaultName name, CancellationToken cancellation)
    {
        Reads.Enqueue($"{vault.Url.Host} {name.Secret} {name.Version}");
        Most = Math.Max(Most, Interlocked.Increment(ref inProgress));
        if (Gate is { } gate) await gate.WaitAsync(cancellation);
        Interlocked.Decrement(ref inProgress);
        return Fault is { } fault ? throw fault : new VaultValue(new SecretText(Value), Version);
    }
}
