using System.Globalization;
using Gatehouse.Administration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Secrets;
using Gatehouse.Gateway.Tests.Configurations;
using Gatehouse.Testing;
using Microsoft.Data.Sqlite;

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
        Assert.Null(await LostAsync(gateway));
        Assert.Equal("no-store-lost", (await AcknowledgeAsync(gateway)).Refusal!.Why);
        await gateway.RestartAsync(() => Remove(gateway));
        await gateway.RestartAsync();
        Assert.Contains("definitions of servers are trusted again at first use", await LostAsync(gateway), StringComparison.Ordinal);
        Assert.Contains("gatehouse_store_lost 1", new GatewayMetrics(gateway.Host.Core).Text(), StringComparison.Ordinal);
        Assert.Null((await AcknowledgeAsync(gateway)).Refusal);
        Assert.Null(await LostAsync(gateway));
        await gateway.RestartAsync();
        Assert.Null(await LostAsync(gateway));
        var entry = (await gateway.EntriesAsync("control.store.acknowledge")).Single(static one => FiledGateway.Fact(one, "outcome") == "done");
        Assert.NotNull(FiledGateway.Fact(entry, "lostAt"));
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
        Assert.NotNull(await LostAsync(gateway));
    }

    // The file is in the folder that the person who removed the store can write.
    [Fact]
    public async Task FileOfTheLossThatIsNoText_IsALossNevertheless()
    {
        await using var gateway = await FiledGateway.StartAsync();
        await gateway.RestartAsync(() => File.WriteAllBytes(Path.Combine(gateway.Folder, "state", "store-lost"), new byte[4096]));
        Assert.NotNull(await LostAsync(gateway));
        Assert.Single(await gateway.EntriesAsync("store.lost"));
    }

    private static void Remove(FiledGateway gateway)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(gateway.Folder, "state"), "gatehouse.db*")) File.Delete(file);
    }

    private static async Task<string?> LostAsync(FiledGateway gateway)
    {
        var outcome = await GatewayAdministration.Of(gateway.Host).DoAsync(new ShowStatus(), Own);
        return outcome.Result!.Facts.GetValueOrDefault("store.lost");
    }

    private static Task<ActionOutcome<StoreLossAcknowledged>> AcknowledgeAsync(FiledGateway gateway) =>
        GatewayAdministration.Of(gateway.Host).DoAsync(new AcknowledgeStoreLoss(), Own);

    private static AdministratorCredentials Own => new(FiledGateway.Own);

    // The containment is in none of the files any more. That it was lifted is in the log, which nobody who puts a file back can write.
    [Fact]
    public async Task OlderCopyOfTheStore_IsAnEntry_AndNoOtherStartIs()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var store = Path.Combine(gateway.Folder, "state", "gatehouse.db");
        byte[] copy = [];
        await gateway.RestartAsync(() => copy = File.ReadAllBytes(store));
        await ContainAsync(gateway);
        await gateway.RestartAsync();
        Assert.Single(gateway.Host.Core.Services.Containments.Current.All);
        Assert.Empty(await gateway.EntriesAsync("store.replaced"));
        await gateway.RestartAsync(() => File.WriteAllBytes(store, copy));
        Assert.Empty(gateway.Host.Core.Services.Containments.Current.All);
        var entry = Assert.Single(await gateway.EntriesAsync("store.replaced"));
        Assert.Equal("older", FiledGateway.Fact(entry, "why"));
        Assert.True(long.Parse(FiledGateway.Fact(entry, "commits")!, CultureInfo.InvariantCulture)
            < long.Parse(FiledGateway.Fact(entry, "recorded")!, CultureInfo.InvariantCulture));
        await gateway.RestartAsync();
        Assert.Single(await gateway.EntriesAsync("store.replaced"));
    }

    // The record follows the store while the gateway runs: after a crash, a copy of before is older too.
    [Fact]
    public async Task RecordFollowsTheStore_WhileTheGatewayRuns()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var record = gateway.Host.State.StoreCommits;
        var before = await File.ReadAllBytesAsync(record, TestContext.Current.CancellationToken);
        await ContainAsync(gateway);
        await Eventually.TrueAsync(() => !File.ReadAllBytes(record).AsSpan().SequenceEqual(before), "the record follows the commit");
    }

    [Theory]
    [InlineData("removed")]
    [InlineData("damaged")]
    public async Task MissingRecord_IsAnEntry(string how)
    {
        await using var gateway = await FiledGateway.StartAsync();
        var record = gateway.Host.State.StoreCommits;
        await gateway.RestartAsync(() =>
        {
            if (how == "removed") File.Delete(record);
            else File.WriteAllBytes(record, [1, 2, 3]);
        });
        Assert.Equal("unknown", FiledGateway.Fact(Assert.Single(await gateway.EntriesAsync("store.replaced")), "why"));
        await gateway.RestartAsync();
        Assert.Single(await gateway.EntriesAsync("store.replaced"));
    }

    // The copy is of a build that counted nothing, and so is that of an attacker who removed the count.
    [Fact]
    public async Task StoreWithoutTheCount_IsAnEntry_WhereOneWasRecorded()
    {
        await using var gateway = await FiledGateway.StartAsync();
        await gateway.RestartAsync(() => Query(gateway, "DROP TABLE commits; PRAGMA user_version = 8"));
        Assert.Equal("other", FiledGateway.Fact(Assert.Single(await gateway.EntriesAsync("store.replaced")), "why"));
    }

    [Fact]
    public async Task UpdateFromABuildWithoutTheCount_IsNoEntry()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var record = gateway.Host.State.StoreCommits;
        await gateway.RestartAsync(() =>
        {
            Query(gateway, "DROP TABLE commits; PRAGMA user_version = 8");
            File.Delete(record);
        });
        Assert.Empty(await gateway.EntriesAsync("store.replaced"));
        Assert.True(File.Exists(record));
    }

    private static async Task ContainAsync(FiledGateway gateway) => Assert.True(
        (await gateway.Administration.DoAsync(new Contain(new ContainmentTarget(ContainmentTarget.Server, "", "up", ""), "incident 4711", false), gateway.Carol()))
            .IsDurable);

    private static void Query(FiledGateway gateway, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(gateway.Folder, "state", "gatehouse.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant of the test.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
