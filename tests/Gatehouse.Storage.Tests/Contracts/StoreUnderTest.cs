using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>An implementation of the repositories as the contract test kit needs it: a place for rows that can be opened again and again.</summary>
public abstract class StoreUnderTest : IAsyncDisposable
{
    /// <summary>The moment at which every check begins.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    /// <summary>The clock of the stores.</summary>
    public ManualTimeProvider Time { get; } = new(Start);

    /// <summary>Opens the place. One store has it at a time.</summary>
    /// <param name="rowLimit">The most rows of each table but that of sessions.</param>
    /// <param name="sessionRowLimit">The most open sessions.</param>
    /// <param name="credentialRowLimit">The most credentials of grants.</param>
    public abstract Task<IStore> OpenAsync(int rowLimit = 1000, int sessionRowLimit = 1000, int credentialRowLimit = 10_000);

    /// <summary>Removes the place.</summary>
    public abstract ValueTask DisposeAsync();
}
