using Gatehouse.Gateway.Tests.Configurations;

namespace Gatehouse.Gateway.Tests.Containment;

/// <summary>A store that is gone at a start. The threat: who removes the file lifts every containment and revocation without an act.</summary>
[Trait("Requirement", "IR-01")]
public sealed class LostStoreTests
{
    [Fact]
    public async Task LossOfTheStore_IsAnEntry_AndNoOtherStartIs()
    {
        await using var gateway = await FiledGateway.StartAsync();
        await gateway.RestartAsync();
        Assert.Empty(await gateway.EntriesAsync("store.lost"));
        await gateway.RestartAsync(() =>
        {
            foreach (var file in Directory.GetFiles(Path.Combine(gateway.Folder, "state"), "gatehouse.db*")) File.Delete(file);
        });
        Assert.Single(await gateway.EntriesAsync("store.lost"));
        await gateway.RestartAsync();
        Assert.Single(await gateway.EntriesAsync("store.lost"));
    }

    [Fact]
    public async Task EmptyFileInPlaceOfTheStore_IsAnEntry()
    {
        await using var gateway = await FiledGateway.StartAsync();
        await gateway.RestartAsync(() =>
        {
            foreach (var file in Directory.GetFiles(Path.Combine(gateway.Folder, "state"), "gatehouse.db*")) File.WriteAllBytes(file, []);
        });
        Assert.Single(await gateway.EntriesAsync("store.lost"));
    }

    // While the gateway runs, its changes are in the write-ahead log: a copy of the one file has no table.
    [Fact]
    public async Task CopyOfTheStoreWithoutItsWriteAheadLog_IsAnEntry()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var store = Path.Combine(gateway.Folder, "state", "gatehouse.db");
        var copy = await File.ReadAllBytesAsync(store, TestContext.Current.CancellationToken);
        await gateway.RestartAsync(() =>
        {
            foreach (var file in Directory.GetFiles(Path.Combine(gateway.Folder, "state"), "gatehouse.db-*")) File.Delete(file);
            File.WriteAllBytes(store, copy);
        });
        Assert.Single(await gateway.EntriesAsync("store.lost"));
    }
}
