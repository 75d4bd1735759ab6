using System.Net;
using Gatehouse.Audit;
using Gatehouse.Configuration;
using Gatehouse.Containment;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Contracts;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Containment;

/// <summary>A containment is durable before it is answered, and kept over restart, reload and new tokens (IR-01).</summary>
[Trait("Requirement", "IR-01")]
[Trait("NoRetry", "yes")]
public sealed class ContainmentKeepingTests
{
    private const string List = """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""";

    [Theory]
    [InlineData("server", "up")]
    [InlineData("tool", "echo")]
    [InlineData("user", "alice")]
    [InlineData("client", "tests")]
    public async Task AfterARestart_ItIsInForceBeforeTheFirstRequest(string kind, string name)
    {
        GatewaySettings? kept = null;
        string id;
        await using (var first = await TestGateway.StartAsync(settings => kept = settings, keepState: true))
            id = await new ContainmentDesk(first).ContainAsync(kind, name);
        var state = kept!.StateDirectory;
        await using var second = await TestGateway.StartAsync(settings => settings with { StateDirectory = state });
        var desk = new ContainmentDesk(second);
        var view = Assert.Single(await desk.ListAsync());
        Assert.Equal((id, kind, "carol", "incident 4711"), (view.Id, view.Kind, view.By, view.Reason));
        // Users and clients of the first gateway had another issuer: the address is in it.
        if (kind is "server" or "tool")
        {
            Assert.Equal(kind == "tool", (await CallAsync(second, "secret")).Contains("\"result\"", StringComparison.Ordinal));
            Assert.Contains("GH9010", await CallAsync(second, "echo"), StringComparison.Ordinal);
            Assert.DoesNotContain(second.Upstream.Of("tools/call"), request => request.Text.Contains("\"echo\"", StringComparison.Ordinal));
        }
        else
        {
            Assert.Single(second.Host.Core.Services.Get<ContainmentState>().Current.All);
            Assert.NotNull(second.Host.Core.Services.Get<ContainmentState>().Current.Caller(view.Issuer!, "alice", "tests"));
        }

        await desk.ReleaseAsync(id);
        Assert.Empty(await second.Host.Core.Services.Store.Containments.ListAsync(DateTimeOffset.UtcNow));
        Assert.Equal(["containment.made", "containment.released"], desk.Acts());
    }

    [Fact]
    public async Task AfterAReload_ItHolds()
    {
        GatewaySettings? settings = null;
        await using var gateway = await TestGateway.StartAsync(s => settings = s,
            reload: () => new ConfigurationResult { Settings = settings, Faults = [], SourcePath = "x" });
        await new ContainmentDesk(gateway).ContainAsync("server", "up");
        Assert.Empty(await gateway.Host.ReloadAsync());
        Assert.Contains("GH9010", await CallAsync(gateway, "echo"), StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Received);
    }

    [Theory]
    [InlineData("user", "alice")]
    [InlineData("client", "tests")]
    public async Task NewToken_IsRefused(string kind, string name)
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        var id = await new ContainmentDesk(gateway).ContainAsync(kind, name);
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.CallAsync(gateway.Modern("tools/list"))).Status);
        await new ContainmentDesk(gateway).ReleaseAsync(id);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/list"))).Status);
    }

    // A crash between the row and its entry, and one between a release and its entry.
    [Fact]
    public async Task WhatACrashInterrupted_IsFinishedAtTheStart_WithAnEntryThatSaysSo()
    {
        var data = new TemporaryStore();
        GatewaySettings? kept = null;
        string server, tool;
        await using (var first = await StartAsync(data, settings => kept = settings, keepState: true))
        {
            var register = first.Host.Core.Services.Get<ContainmentRegister>();
            var act = new ContainmentAct("https://login.example", "carol", "incident");
            server = (await register.AddAsync(new() { Kind = ContainmentKind.Server, Name = "up", Act = act })).Made!.Id; // no entry follows
            tool = await new ContainmentDesk(first).ContainAsync("tool", "secret");
            var box = new ContainmentBoxes(first.Host.Core.Services.Keys);
            Assert.NotNull(await first.Host.Core.Services.Store.Containments.ReleaseAsync(tool, box.Seal(tool, act), DateTimeOffset.UtcNow));
        }

        await using var second = await StartAsync(data, settings => settings with { StateDirectory = kept!.StateDirectory });
        var desk = new ContainmentDesk(second);
        Assert.Equal([server], (await desk.ListAsync()).Select(static view => view.Id));
        Assert.Empty(await second.Host.Core.Services.Store.Containments.UnnotedAsync());
        var recovered = desk.Entries().Where(static entry => entry.TryGetProperty("recovered", out var yes) && yes.GetString() == "yes").ToList();
        Assert.Equal([("containment.made", server), ("containment.released", tool)],
            recovered.Select(static entry => (entry.GetProperty("act").GetString(), entry.GetProperty("containment").GetString())).Order());
        Assert.Contains("GH9010", await CallAsync(second, "echo"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoreThatRefuses_ContainsNothing_AndSaysSo()
    {
        FailingContainments? failing = null;
        await using var gateway = await TestGateway.StartAsync(options: given => given with { Store = Failing(given.Time, out failing) });
        var desk = new ContainmentDesk(gateway);
        failing!.Fails = true;
        Assert.Contains("disk", (await desk.TryContainAsync(desk.Of("server", "up"))).Refusal!.Message, StringComparison.Ordinal);
        Assert.Empty(await desk.ListAsync());
        Assert.Contains("\"result\"", await CallAsync(gateway, "echo"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoreThatCannotBeRead_StartsNoGateway()
    {
        var failure = await Assert.ThrowsAsync<StoreException>(() => TestGateway.StartAsync(options: given =>
        {
            var store = Failing(given.Time, out var failing);
            failing.Fails = true;
            return given with { Store = store };
        }));
        Assert.Contains("disk", failure.Message, StringComparison.Ordinal);
    }

    // Without the ring it is not known what is contained.
    [Fact]
    public async Task RowThatCannotBeOpened_StartsNoGateway()
    {
        var data = new TemporaryStore();
        await using (var first = await StartAsync(data, keepState: false)) await new ContainmentDesk(first).ContainAsync("server", "up");
        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => StartAsync(data)); // another state folder, with another ring
        Assert.Contains("put the key ring of this store back", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LogThatCannotBeWritten_KeepsNothingFromBeingContained_AndTheEntryFollows()
    {
        var log = new BrokenLog();
        await using var gateway = await TestGateway.StartAsync(audit: log);
        var desk = new ContainmentDesk(gateway);
        log.Broken = true;
        var made = await desk.TryContainAsync(desk.Of("server", "up"));
        Assert.Null(made.Refusal);
        Assert.False(made.IsDurable);
        Assert.NotNull(gateway.Host.Core.Services.Get<ContainmentState>().Current.Server("up"));
        log.Broken = false;
        await SweepAsync(gateway);
        Assert.Equal(["containment.made"], ActsOf(log));
        Assert.True(gateway.Host.Core.Services.Get<ContainmentRegister>().IsSettled);
    }

    // A released row is removed with its entry. The log must not say that something was released which it never said was contained.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Release_ComesAfterTheEntryOfTheContainment_AlsoBeforeTheNextSweep(bool triesWhileBroken)
    {
        var log = new BrokenLog();
        await using var gateway = await TestGateway.StartAsync(audit: log);
        var (desk, register) = (new ContainmentDesk(gateway), gateway.Host.Core.Services.Get<ContainmentRegister>());
        log.Broken = true;
        var id = (await desk.TryContainAsync(desk.Of("server", "up"))).Result!.Id;
        if (triesWhileBroken)
        {
            var by = new ContainmentAct("https://login.example", "carol", "over");
            await Assert.ThrowsAsync<AuditUnavailableException>(() => register.InTurnAsync(() => register.ReleaseAsync(id, by)));
            Assert.False(Assert.Single(await gateway.Host.Core.Services.Store.Containments.ListAsync(DateTimeOffset.UtcNow)).IsReleased);
            Assert.False(Assert.Single(await desk.ListAsync()).WaitsForEntry);
        }

        log.Broken = false;
        await desk.ReleaseAsync(id);
        Assert.Equal(["containment.made", "containment.released"], ActsOf(log));
        Assert.Contains("\"result\"", await CallAsync(gateway, "echo"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LogThatBreaksBeforeARelease_KeepsItFromHavingEffect_UntilItsEntryIsWritten()
    {
        var log = new BrokenLog();
        await using var gateway = await TestGateway.StartAsync(audit: log);
        var desk = new ContainmentDesk(gateway);
        await ReleaseWithoutEntryAsync(gateway, await desk.ContainAsync("server", "up"), log);
        Assert.NotNull(gateway.Host.Core.Services.Get<ContainmentState>().Current.Server("up"));
        Assert.True(Assert.Single(await desk.ListAsync()).WaitsForEntry);
        log.Broken = false;
        await SweepAsync(gateway);
        Assert.Contains("\"result\"", await CallAsync(gateway, "echo"), StringComparison.Ordinal);
        Assert.Equal(["containment.made", "containment.released"], ActsOf(log));
    }

    // Threat: a release waits for its entry, and a person contains the same server again. The sweep would end the only containment there is.
    [Fact]
    public async Task ContainedAgain_WhileAReleaseWaitsForItsEntry_StaysContained()
    {
        var log = new BrokenLog();
        await using var gateway = await TestGateway.StartAsync(audit: log);
        var desk = new ContainmentDesk(gateway);
        var first = await desk.ContainAsync("server", "up");
        await ReleaseWithoutEntryAsync(gateway, first, log);
        Assert.Null((await desk.PreviewAsync(desk.Of("server", "up"))).Refusal);
        var second = (await desk.TryContainAsync(desk.Of("server", "up"))).Result!.Id;
        Assert.NotEqual(first, second);
        log.Broken = false;
        await SweepAsync(gateway);
        Assert.Equal(second, Assert.Single(await desk.ListAsync()).Id);
        Assert.Contains("GH9010", await CallAsync(gateway, "echo"), StringComparison.Ordinal);
        Assert.Equal(second, (await desk.TryContainAsync(desk.Of("server", "up"))).Refusal!.Message.Split(' ')[^1]);
        await desk.ReleaseAsync(second);
        Assert.Contains("\"result\"", await CallAsync(gateway, "echo"), StringComparison.Ordinal);
    }

    // The store has the row, and the person hears that the disk failed.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ContainmentWhoseAnswerWasLost_IsPutInForce_ByTheNextActOrSweep(bool isRetried)
    {
        FailingContainments? failing = null;
        await using var gateway = await TestGateway.StartAsync(options: given => given with { Store = Failing(given.Time, out failing) });
        var desk = new ContainmentDesk(gateway);
        var session = new Era(gateway, false, "alice");
        await session.BeginAsync();
        (failing!.Fails, failing.IsDone) = (true, true);
        Assert.NotNull((await desk.TryContainAsync(desk.Of("server", "up"))).Refusal);
        failing.Fails = false;
        if (isRetried) Assert.Equal(1, (await desk.TryContainAsync(desk.Of("server", "up"))).Result!.Impact.Sessions);
        else await SweepAsync(gateway);
        Assert.Contains("GH9010", await CallAsync(gateway, "echo"), StringComparison.Ordinal);
        Assert.Empty(gateway.Host.Sessions.Entries); // its effects came too
        var id = Assert.Single(await desk.ListAsync()).Id;
        await desk.ReleaseAsync(id);
        Assert.Contains("\"result\"", await CallAsync(gateway, "echo"), StringComparison.Ordinal);
        Assert.Equal(["containment.made", "containment.released"], desk.Acts());
    }

    // The store has released it, and the person hears that the disk failed.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReleaseWhoseAnswerWasLost_HasItsEntryAndItsEffect_ByTheNextActOrSweep(bool isRetried)
    {
        FailingContainments? failing = null;
        await using var gateway = await TestGateway.StartAsync(options: given => given with { Store = Failing(given.Time, out failing) });
        var desk = new ContainmentDesk(gateway);
        var id = await desk.ContainAsync("server", "up");
        await SweepAsync(gateway); // so that nothing is left to be noted
        (failing!.Fails, failing.IsDone) = (true, true);
        Assert.NotNull((await desk.TryReleaseAsync(id)).Refusal);
        Assert.Contains("GH9010", await CallAsync(gateway, "echo"), StringComparison.Ordinal);
        failing.Fails = false;
        if (isRetried) await desk.TryReleaseAsync(id);
        else await SweepAsync(gateway);
        Assert.Contains("\"result\"", await CallAsync(gateway, "echo"), StringComparison.Ordinal);
        Assert.Equal(["containment.made", "containment.released"], desk.Acts());
    }

    private static async Task ReleaseWithoutEntryAsync(TestGateway gateway, string id, BrokenLog log)
    {
        var register = gateway.Host.Core.Services.Get<ContainmentRegister>();
        var by = new ContainmentAct("https://login.example", "carol", "over");
        log.Broken = true;
        await Assert.ThrowsAsync<AuditUnavailableException>(() => register.InTurnAsync(() => register.ReleaseAsync(id, by)));
    }

    private static async Task SweepAsync(TestGateway gateway)
    {
        var sweep = ContainmentDesk.NewSweep(gateway);
        sweep.Run();
        await sweep.SettledAsync();
    }

    private static IEnumerable<string> ActsOf(BrokenLog log) => log.Durable.SelectMany(static entry => entry.Facts)
        .Where(static fact => fact.Key == "act").Select(static fact => fact.Value)
        .Where(static act => act.StartsWith("containment.", StringComparison.Ordinal));

    private static FaultyStore Failing(TimeProvider time, out FailingContainments failing)
    {
        var inner = new TemporaryStore().Open(time);
        failing = new FailingContainments(inner.Containments);
        return new FaultyStore(inner) { Containments = failing };
    }

    private static Task<TestGateway> StartAsync(
        TemporaryStore data, Func<GatewaySettings, GatewaySettings>? change = null, bool keepState = false) => TestGateway.StartAsync(
        change, keepState: keepState, options: given => given with { Store = data.Open(given.Time) });

    private static async Task<string> CallAsync(TestGateway gateway, string tool)
    {
        using var response = await gateway.SendAsync(gateway.Modern("tools/call", $"\"name\":\"{tool}\",\"arguments\":{{}}", tool));
        return await response.Content.ReadAsStringAsync();
    }
}
