using System.Globalization;
using Gatehouse.Administration;
using Gatehouse.Containment;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Secrets;
using Gatehouse.Gateway.Stores;
using Gatehouse.Gateway.Tests.Configurations;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Gateway.Tests.Containment;

/// <summary>
/// A store that another file replaced while the gateway was stopped. The threat: an older copy lifts the containments and revocations that came after
/// it, without an act.
/// </summary>
[Trait("Requirement", "IR-01")]
public sealed class ReplacedStoreTests
{
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
        Assert.Single(gateway.Host.Core.Services.Get<ContainmentState>().Current.All);
        Assert.Empty(await gateway.EntriesAsync("store.replaced"));
        await gateway.RestartAsync(() => File.WriteAllBytes(store, copy));
        Assert.Empty(gateway.Host.Core.Services.Get<ContainmentState>().Current.All);
        var entry = Assert.Single(await gateway.EntriesAsync("store.replaced"));
        Assert.Equal("rolled-back", FiledGateway.Fact(entry, "why"));
        Assert.True(long.Parse(FiledGateway.Fact(entry, "commits")!, CultureInfo.InvariantCulture)
            < long.Parse(FiledGateway.Fact(entry, "recorded")!, CultureInfo.InvariantCulture));
        await gateway.RestartAsync();
        Assert.Single(await gateway.EntriesAsync("store.replaced"));
        var administration = GatewayAdministration.Of(gateway.Host);
        Assert.Contains("rolled-back", (await administration.DoAsync(new ShowStatus(), Own)).Result!.Facts["store.alarm"], StringComparison.Ordinal);
        Assert.Null((await administration.DoAsync(new AcknowledgeStoreAlarm(), Own)).Refusal);
        await gateway.RestartAsync();
        Assert.DoesNotContain("store.alarm", (await GatewayAdministration.Of(gateway.Host).DoAsync(new ShowStatus(), Own)).Result!.Facts.Keys);
    }

    // A command writes as many commits as the copy lacks, and more.
    [Fact]
    public async Task OlderCopyOfTheStore_IsAnEntry_AlsoWhereCommandsWroteToItBeforeTheStart()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var store = Path.Combine(gateway.Folder, "state", "gatehouse.db");
        byte[] copy = [];
        await gateway.RestartAsync(() => copy = File.ReadAllBytes(store));
        await ContainAsync(gateway);
        await gateway.Host.DisposeAsync();
        File.WriteAllBytes(store, copy);
        for (var command = 0; command < 5; command++) await SetSecretAsync(gateway, command);
        await gateway.RestartAsync();
        Assert.Equal("rolled-back", FiledGateway.Fact(Assert.Single(await gateway.EntriesAsync("store.replaced")), "why"));
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
        Assert.Equal("record-missing", FiledGateway.Fact(Assert.Single(await gateway.EntriesAsync("store.replaced")), "why"));
        await gateway.RestartAsync();
        Assert.Single(await gateway.EntriesAsync("store.replaced"));
    }

    // An attacker who puts back an older copy removes its count.
    [Fact]
    public async Task StoreWithoutTheCount_IsAnEntry_WhereOneWasRecorded()
    {
        await using var gateway = await FiledGateway.StartAsync();
        await gateway.RestartAsync(() => Query(gateway, "DELETE FROM commits"));
        Assert.Equal("replaced", FiledGateway.Fact(Assert.Single(await gateway.EntriesAsync("store.replaced")), "why"));
    }

    // A start that fails behind the making of the store must not hide the loss.
    [Fact]
    public async Task MissingStore_RaisesTheAlarm_BeforeANewOneIsMade()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var state = Path.Combine(gateway.Folder, "state");
        await gateway.Host.DisposeAsync();
        foreach (var file in Directory.GetFiles(state, "gatehouse.db*")) File.Delete(file);
        Assert.Equal(StoreAlarmKind.Lost, StoreAlarm.Before(state, TimeProvider.System).Current!.Kind);
        Assert.False(File.Exists(Path.Combine(state, "gatehouse.db")));
        await gateway.RestartAsync();
        Assert.Single(await gateway.EntriesAsync("store.lost"));
        Assert.Empty(await gateway.EntriesAsync("store.replaced"));
    }

    private static async Task SetSecretAsync(FiledGateway gateway, int number)
    {
        await using var secrets = await SecretsFolder.OpenAsync(Path.Combine(gateway.Folder, "state"), TimeProvider.System);
        await secrets.Secrets.SetAsync(SecretPlace.OfGateway($"secret-{number}"), "value"u8.ToArray(), TestContext.Current.CancellationToken);
    }

    private static async Task ContainAsync(FiledGateway gateway)
    {
        var act = new Contain(new ContainmentTarget(ContainmentTarget.Server, "", "up", ""), "incident 4711", false);
        Assert.True((await gateway.Administration.DoAsync(act, gateway.Carol())).IsDurable);
    }

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

    private static AdministratorCredentials Own => new(FiledGateway.Own);
}
