using Gatehouse.Administration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Secrets;
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
        await gateway.RestartAsync(() => Remove(gateway));
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

    // One start is easily missed: the state says it until a person acknowledges it.
    [Fact]
    public async Task LossOfTheStore_IsInTheStatus_UntilItIsAcknowledged()
    {
        await using var gateway = await FiledGateway.StartAsync();
        Assert.Null(await AlarmAsync(gateway));
        Assert.Equal("no-store-alarm", (await AcknowledgeAsync(gateway)).Refusal!.Why);
        await gateway.RestartAsync(() => Remove(gateway));
        await gateway.RestartAsync();
        Assert.Contains("definitions of servers are trusted again at first use", await AlarmAsync(gateway), StringComparison.Ordinal);
        Assert.Contains("gatehouse_store_alarm 1", gateway.Host.Metrics().Text(), StringComparison.Ordinal);
        Assert.Null((await AcknowledgeAsync(gateway)).Refusal);
        Assert.Null(await AlarmAsync(gateway));
        await gateway.RestartAsync();
        Assert.Null(await AlarmAsync(gateway));
        var entry = (await gateway.EntriesAsync("control.store.acknowledge")).Single(static one => FiledGateway.Fact(one, "outcome") == "done");
        Assert.NotNull(FiledGateway.Fact(entry, "since"));
    }

    // A command that makes a new store before the next start must not hide the loss: after it the store is not new any more.
    [Fact]
    public async Task StoreThatACommandMadeBeforeTheStart_IsALossNevertheless()
    {
        await using var gateway = await FiledGateway.StartAsync();
        await gateway.Host.DisposeAsync();
        Remove(gateway);
        await (await SecretsFolder.OpenAsync(Path.Combine(gateway.Folder, "state"), TimeProvider.System)).DisposeAsync();
        await gateway.RestartAsync();
        Assert.Single(await gateway.EntriesAsync("store.lost"));
        Assert.NotNull(await AlarmAsync(gateway));
    }

    // The file is in the folder that the person who removed the store can write.
    [Fact]
    public async Task FileOfTheLossThatIsNoText_IsALossNevertheless()
    {
        await using var gateway = await FiledGateway.StartAsync();
        await gateway.RestartAsync(() => File.WriteAllBytes(Path.Combine(gateway.Folder, "state", "store-alarm"), new byte[4096]));
        Assert.NotNull(await AlarmAsync(gateway));
        Assert.Single(await gateway.EntriesAsync("store.lost"));
    }

    private static void Remove(FiledGateway gateway)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(gateway.Folder, "state"), "gatehouse.db*")) File.Delete(file);
    }

    private static async Task<string?> AlarmAsync(FiledGateway gateway)
    {
        var outcome = await GatewayAdministration.Of(gateway.Host).DoAsync(new ShowStatus(), Own);
        return outcome.Result!.Facts.GetValueOrDefault("store.alarm");
    }

    private static Task<ActionOutcome<StoreAlarmAcknowledged>> AcknowledgeAsync(FiledGateway gateway) =>
        GatewayAdministration.Of(gateway.Host).DoAsync(new AcknowledgeStoreAlarm(), Own);

    private static AdministratorCredentials Own => new(FiledGateway.Own);
}
