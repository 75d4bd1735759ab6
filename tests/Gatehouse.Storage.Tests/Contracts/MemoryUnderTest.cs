using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing.StoreContracts;
using Gatehouse.Testing.Stores;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>The store in memory, and what a test makes of it.</summary>
internal sealed class MemoryUnderTest : StoreUnderTest
{
    private readonly InMemoryStoreData data = new();

    /// <summary>Puts a faulty store in the place of a good one.</summary>
    public Func<IStore, IStore> Spoil { get; init; } = static store => store;

    public bool ForgetsRows { get; init; }

    public bool HasNoBound { get; init; }

    public override Task<IStore> OpenAsync(int rowLimit, int sessionRowLimit, int credentialRowLimit) => Task.FromResult(Spoil(new InMemoryStore(
        ForgetsRows ? new InMemoryStoreData() : data, Time, Bound(rowLimit), Bound(sessionRowLimit), Bound(credentialRowLimit))));

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private int Bound(int limit) => HasNoBound ? int.MaxValue : limit;
}
