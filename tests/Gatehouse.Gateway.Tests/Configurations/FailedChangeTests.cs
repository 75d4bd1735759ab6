using Gatehouse.Configuration;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Configurations;

/// <summary>Wherever a change of the configuration fails, the entries of the log say which configuration is in force (CO-02).</summary>
[Trait("Requirement", "CO-02")]
public sealed class FailedChangeTests
{
    [Theory]
    [InlineData("files")]
    [InlineData("before")]
    public async Task AFaultBeforeTheConfigurationIsInForce_TakesItsEntryBack(string place)
    {
        await using var gateway = await FiledGateway.StartAsync();
        var (first, generation) = (gateway.InForce, gateway.Host.Snapshots.Current.Generation);
        gateway.WritePolicy("bob");
        var faults = await ChangeAsync(gateway, new FaultyCallers(place), place == "files" ? Fault : static () => { });
        Assert.StartsWith("a fault for the test", Assert.Single(faults), StringComparison.Ordinal);
        Assert.Equal(place == "before", faults[0].Contains("the files are those that were asked for", StringComparison.Ordinal));
        Assert.Equal((first, generation), (gateway.InForce, gateway.Host.Snapshots.Current.Generation));
        var undone = Assert.Single(await gateway.EntriesAsync(EntryActs.Refused));
        Assert.Equal(("yes", first), (FiledGateway.Fact(undone, "undone"), FiledGateway.Fact(undone, "previous")));
        var wanted = FiledGateway.Fact(undone, "digest")!;
        Assert.Equal(wanted, FiledGateway.Fact((await gateway.EntriesAsync(EntryActs.Applied))[^1], "digest"));
        Assert.Empty(await gateway.FindAsync(wanted, withReplaced: false));
        Assert.Equal(first, gateway.Recorder.Store.Order().InForce);
        Assert.Empty(await gateway.EntriesAsync(EntryActs.Incomplete));
    }

    [Fact]
    public async Task AFaultBeforeTheEntry_IsARefusalOnly()
    {
        await using var gateway = await FiledGateway.StartAsync();
        gateway.WritePolicy("bob");
        Assert.Equal(["a fault for the test"], await ChangeAsync(gateway, new FaultyCallers("prepare")));
        Assert.Single(await gateway.EntriesAsync(EntryActs.Applied));
        Assert.Null(FiledGateway.Fact(Assert.Single(await gateway.EntriesAsync(EntryActs.Refused)), "undone"));
    }

    [Theory]
    [InlineData("announcement")]
    [InlineData("authentication")]
    public async Task AFaultAfterTheConfigurationIsInForce_TakesNoEntryBack_AndTheOtherStepsAreTaken(string place)
    {
        await using var gateway = await FiledGateway.StartAsync();
        var (first, generation) = (gateway.InForce, gateway.Host.Snapshots.Current.Generation);
        if (place == "announcement") gateway.Host.Snapshots.Replaced += static _ => Fault();
        var callers = new FaultyCallers(place);
        gateway.WritePolicy("bob");
        Assert.Empty(await ChangeAsync(gateway, callers));
        var second = gateway.InForce;
        Assert.NotEqual(first, second);
        Assert.Equal(generation + 1, gateway.Host.Snapshots.Current.Generation);
        Assert.True(callers.IsUsed);
        Assert.Equal((second, first), (gateway.Recorder.Store.Order().InForce, gateway.Recorder.Store.Order().Previous));
        Assert.Empty(await gateway.EntriesAsync(EntryActs.Refused));
        var incomplete = Assert.Single(await gateway.EntriesAsync(EntryActs.Incomplete));
        Assert.Equal((second, "2", place), (FiledGateway.Fact(incomplete, "digest"), FiledGateway.Fact(incomplete, "generation"), FiledGateway.Fact(incomplete, "why")));
        Assert.Equal([second], await gateway.FindAsync(second, withReplaced: false));
        var entry = (await gateway.EntriesAsync(EntryActs.Applied))[^1];
        Assert.Equal((second, first), (FiledGateway.Fact(entry, "digest"), FiledGateway.Fact(entry, "previous")));
    }

    // Until the log says that the change failed, it names a configuration that is not in force.
    [Fact]
    public async Task TheEntryThatTakesAnotherBack_IsWrittenWhenTheLogCanBe_AndBeforeAnyFurtherChange()
    {
        var log = new BrokenLog();
        await using var gateway = await FiledGateway.StartAsync(log);
        gateway.WritePolicy("bob");
        Assert.NotEmpty(await ChangeAsync(gateway, new FaultyCallers(""), () =>
        {
            log.Broken = true;
            Fault();
        }));
        Assert.DoesNotContain(log.Durable, entry => entry.Facts[0].Value == EntryActs.Refused);
        log.Broken = false;
        await gateway.ReloadAsync();
        Assert.Equal([EntryActs.Applied, EntryActs.Applied, EntryActs.Refused, EntryActs.Applied],
            log.Durable.Select(entry => entry.Facts[0].Value).Where(act => act is EntryActs.Applied or EntryActs.Refused));
        Assert.Equal("yes", ObservedLog.Fact(log.Durable.Single(entry => entry.Facts[0].Value == EntryActs.Refused), "undone"));
    }

    private static void Fault() => throw new InvalidOperationException("a fault for the test");

    private static async Task<IReadOnlyList<string>> ChangeAsync(FiledGateway gateway, FaultyCallers callers, Action? writeFiles = null)
    {
        var services = gateway.Host.Core.Services;
        using var turn = new SnapshotTurn();
        var reloader = new ConfigurationReloader(
            services, callers, gateway.Host.Core.Registry, new StreamRights(services.Snapshots, callers, TimeProvider.System));
        return await turn.RunAsync(() => reloader.ChangeAsync(new ConfigurationChange(
            () => ConfigurationLoader.Load(gateway.Request()), ConfigurationOrigin.Reload)
        { WriteFiles = writeFiles }));
    }

    /// <summary>Callers whose part of a new configuration has a fault in one place.</summary>
    private sealed class FaultyCallers(string place) : ICallerAuthentication
    {
        /// <summary>True when all that comes after the configuration is in force was asked for.</summary>
        public bool IsUsed { get; private set; }

        public PreparedAuthentication First => throw new InvalidOperationException("the gateway has started");

        public IEnumerable<SecretUse> SecretsOf(GatewaySettings settings) => [];

        public string? RestartNeeded(GatewaySettings current, GatewaySettings next) => null;

        public PreparedAuthentication Prepare(GatewaySettings next) =>
            place == "prepare" ? throw new InvalidDataException("a fault for the test") : new PreparedAuthentication(static snapshot => snapshot)
            {
                BeforeForce = place == "before" ? Fault : static () => { },
                AfterForce = () =>
                {
                    IsUsed = true;
                    if (place == "authentication") Fault();
                },
            };

        public bool MayStay(GatewaySnapshot snapshot, Exchange exchange) => true;

        public void Sweep()
        {
            // Not of interest here.
        }
    }
}
