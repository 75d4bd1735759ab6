using Gatehouse.Audit;
using Gatehouse.Audit.Search;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Configurations;

namespace Gatehouse.Gateway.Tests.Configurations;

/// <summary>
/// Kept texts of configurations are destroyed with the persons in them, and when their time is over (DP-03). The log keeps the digests.
/// </summary>
[Trait("Requirement", "DP-03")]
public sealed class ForgottenConfigurationTests
{
    private const string Issuer = "https://login.example.com";

    [Fact]
    public async Task Erasure_DestroysTextsThatNameThePerson_AndReportsTheOneInForce()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var alice = gateway.InForce;
        gateway.WritePolicy("bob");
        var bob = await gateway.ReloadAsync();
        gateway.WritePolicy("alicia");
        var alicia = await gateway.ReloadAsync();
        gateway.WritePolicy("ALICE");
        var again = await gateway.ReloadAsync();

        var erased = await gateway.Host.Core.Services.Erasure.EraseAsync(new EntryOwner(Issuer, "alice"));
        Assert.Equal((1, true), (erased.Configurations, erased.IsInForce));
        var store = gateway.Recorder.Store;
        Assert.Equal([false, true, true, true], new[] { alice, bob, alicia, again }.Select(store.Has));
        Assert.DoesNotContain("alice", AllTexts(store), StringComparison.Ordinal);
        var entry = Assert.Single(await gateway.EntriesAsync(EntryActs.Forgotten));
        Assert.Equal((alice, "erasure"), (FiledGateway.Fact(entry, "digest"), FiledGateway.Fact(entry, "cause")));
        Assert.NotNull((await gateway.RollBackAsync(alice)).Refusal);

        gateway.WritePolicy("dora");
        await gateway.ReloadAsync();
        erased = await gateway.Host.Core.Services.Erasure.EraseAsync(new EntryOwner(Issuer, "alice"));
        Assert.Equal((1, false), (erased.Configurations, erased.IsInForce)); // also the one before the one in force
        Assert.False(store.Has(again));
        Assert.Null(store.Order().Previous);
        Assert.Contains(await gateway.HistoryAsync(), one => one.Digest == alice); // what the log says stays
        gateway.WritePolicy("erna");
        await gateway.ReloadAsync();
        Assert.Null((await gateway.RollBackAsync(bob)).Refusal);
    }

    [Fact]
    public async Task TextsOfAConfiguration_LastAsLongAsTheEntries_AfterItWasInForce()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var store = gateway.Recorder.Store;
        var first = gateway.InForce;
        string Manifest(string digest) => Path.Combine(gateway.Texts, digest + ".manifest");
        var old = DateTime.UnixEpoch.AddYears(40);
        File.SetLastWriteTimeUtc(Manifest(first), old);
        gateway.WritePolicy("bob");
        var second = await gateway.ReloadAsync();
        // It was kept long ago, and was in force until now: its time has just begun.
        Assert.True(File.GetLastWriteTimeUtc(Manifest(first)) > old.AddYears(1));
        var kept = gateway.Host.Core.Services.KeptConfigurations;
        await kept.ForgetBeforeAsync(old.AddYears(1));
        Assert.True(store.Has(first));

        foreach (var digest in new[] { first, second }) File.SetLastWriteTimeUtc(Manifest(digest), old);
        await kept.ForgetBeforeAsync(old.AddYears(1));
        Assert.Equal((false, true), (store.Has(first), store.Has(second)));
        Assert.Equal("retention", FiledGateway.Fact(Assert.Single(await gateway.EntriesAsync(EntryActs.Forgotten)), "cause"));
        Assert.Equal(second, ConfigurationLoader.Load(gateway.Request()).Snapshot!.Digest);
        await gateway.RestartAsync();
        Assert.Equal(second, gateway.InForce);
    }

    [Fact]
    public async Task WithoutItsEntry_NothingIsDestroyed()
    {
        var log = new BrokenLog();
        await using var gateway = await FiledGateway.StartAsync(log);
        var first = gateway.InForce;
        gateway.WritePolicy("bob");
        await gateway.ReloadAsync();
        log.Broken = true;
        await Assert.ThrowsAsync<AuditUnavailableException>(() => gateway.Host.Core.Services.KeptConfigurations.ForgetPersonAsync("alice"));
        Assert.True(gateway.Recorder.Store.Has(first));
        log.Broken = false;
        Assert.Equal((1, false), await gateway.Host.Core.Services.KeptConfigurations.ForgetPersonAsync("alice"));
    }

    // The texts are kept before the entry and in force after it. An erasure in between would take those of the configuration that comes into force.
    [Fact]
    public async Task Erasure_WaitsForAChangeUnderWay()
    {
        var log = new ObservedLog();
        await using var gateway = await FiledGateway.StartAsync(log);
        var alice = gateway.InForce;
        gateway.WritePolicy("bob");
        var bob = await gateway.ReloadAsync();
        var held = new HeldEntry(EntryActs.Applied);
        log.OnDurable = held.OnDurable;
        gateway.WritePolicy("alice");
        var changing = gateway.ReloadAsync();
        await held.Asked.WaitAsync(TestContext.Current.CancellationToken);
        var kept = gateway.Host.Core.Services.KeptConfigurations;
        var ofPerson = kept.ForgetPersonAsync("alice");
        var ofTime = kept.ForgetBeforeAsync(DateTimeOffset.MaxValue);
        held.Release();
        Assert.Equal(alice, await changing);
        Assert.Equal((0, true), await ofPerson);
        Assert.Equal(1, await ofTime);
        Assert.Equal(bob, ObservedLog.Fact(Assert.Single(log.Of(EntryActs.Forgotten)), "digest"));
        Assert.NotNull(gateway.Recorder.Store.Read(alice));
    }

    private static string AllTexts(ConfigurationStore store) => string.Join('\n', store.Order().Kept.Where(digest => digest != store.Order().InForce)
        .SelectMany(digest => store.Read(digest)!.Files).Select(file => System.Text.Encoding.UTF8.GetString(file.Content.Span)));
}
