using Gatehouse.Administration;
using Gatehouse.Containment;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Containment;

/// <summary>The acts of containment: who may do them, what they refuse, and that of several at once one has an outcome (IR-01).</summary>
[Trait("Requirement", "IR-01")]
[Trait("NoRetry", "yes")]
public sealed class ContainmentActTests
{
    [Fact]
    public async Task AdministratorsCannotContainThemselves_NorTheirOwnClient()
    {
        await using var gateway = await TwoAdministratorsAsync();
        var carol = new ContainmentDesk(gateway);
        Assert.Equal("self", (await carol.TryContainAsync(carol.Of("user", "carol"))).Refusal?.Why);
        Assert.Equal("own-client", (await carol.TryContainAsync(carol.Of("client", "desk"))).Refusal?.Why);
        Assert.Empty(await carol.ListAsync());
        Assert.Null((await carol.TryContainAsync(carol.Of("client", "other"))).Refusal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t ")]
    public async Task ReasonOfBlanks_IsNone(string reason)
    {
        await using var gateway = await TwoAdministratorsAsync();
        var desk = new ContainmentDesk(gateway);
        Assert.Equal(ActionRefusal.NoReason, (await desk.TryContainAsync(desk.Of("server", "up"), reason: reason)).Refusal);
        Assert.Empty(await desk.ListAsync());
    }

    // A name with a mistake in it contains no person, and looks like success.
    [Theory]
    [InlineData("user")]
    [InlineData("client")]
    public async Task NameOfWhichNothingIsInProgress_IsContainedWithARemark(string kind)
    {
        await using var gateway = await TwoAdministratorsAsync();
        var desk = new ContainmentDesk(gateway);
        Assert.Contains("compare the name", (await desk.PreviewAsync(desk.Of(kind, "adda"))).Result!.Remark, StringComparison.Ordinal);
        Assert.Contains($"nothing of it was in progress; if the {kind} should have been active, compare the name",
            (await desk.TryContainAsync(desk.Of(kind, "adda"))).Result!.Sentence, StringComparison.Ordinal);
        Assert.Null((await desk.TryContainAsync(desk.Of("server", "up"))).Result!.Remark);
    }

    [Fact]
    public async Task ContainedAdministrator_CanDoNothing_AndAnotherOneReleases()
    {
        await using var gateway = await TwoAdministratorsAsync();
        var (carol, dora) = (new ContainmentDesk(gateway), new ContainmentDesk(gateway, "dora"));
        var id = await carol.ContainAsync("user", "dora");
        Assert.Equal("token: Revoked", (await dora.TryReleaseAsync(id)).Refusal?.Why);
        Assert.Equal("token: Revoked", (await dora.TryContainAsync(dora.Of("user", "carol"))).Refusal?.Why);
        await carol.ReleaseAsync(id);
        Assert.Null((await dora.TryContainAsync(dora.Of("user", "carol"))).Refusal);
    }

    // Threat: two administrators contain each other at the same moment, and no person is left who could release.
    [Fact]
    public async Task OfTwoAdministratorsWhoContainEachOther_OneStays()
    {
        for (var round = 0; round < 10; round++)
        {
            await using var gateway = await TwoAdministratorsAsync();
            var (carol, dora) = (new ContainmentDesk(gateway), new ContainmentDesk(gateway, "dora"));
            var both = await Task.WhenAll(
                Task.Run(() => carol.TryContainAsync(carol.Of("user", "dora"))), Task.Run(() => dora.TryContainAsync(dora.Of("user", "carol"))));
            var made = Assert.Single(both, static one => one.Refusal is null);
            Assert.Contains(Assert.Single(both, static one => one.Refusal is not null).Refusal!.Why, new[] { "contained", "token: Revoked" });
            await (both[0].Refusal is null ? carol : dora).ReleaseAsync(made.Result!.Id);
        }
    }

    [Fact]
    public async Task OfManyWhoContainOneThing_OneDoes_AndOfManyWhoReleaseIt_OneDoes()
    {
        await using var gateway = await TwoAdministratorsAsync();
        var desk = new ContainmentDesk(gateway);
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => desk.TryContainAsync(desk.Of("server", "up")))));
        var id = Assert.Single(made, static one => one.Refusal is null).Result!.Id;
        Assert.All(made.Where(static one => one.Refusal is not null), one => Assert.Equal("contained-already", one.Refusal!.Why));
        var released = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => desk.TryReleaseAsync(id))));
        Assert.Single(released, static one => one.Refusal is null);
        Assert.All(released.Where(static one => one.Refusal is not null), one => Assert.Equal("unknown-containment", one.Refusal!.Why));
        Assert.Equal(["containment.made", "containment.released"], desk.Acts());
    }

    // A reload reads every secret, and asks a decision point about each stream. In an incident nobody waits for it.
    [Fact]
    public async Task WhileAReloadIsUnderWay_EachContainmentIsInForce_AndTheirEntriesComeBeforeThatOfARelease()
    {
        await using var gateway = await TwoAdministratorsAsync();
        var (desk, services, reload) = (new ContainmentDesk(gateway), gateway.Host.Core.Services, new TaskCompletionSource<bool>());
        var reloading = services.SnapshotTurn.RunAsync(() => reload.Task);
        var first = Task.Run(() => desk.TryContainAsync(desk.Of("server", "up")));
        await Eventually.TrueAsync(() => services.Get<ContainmentState>().Current.All.Count == 1, "the first is in force");
        var releasing = Task.Run(() => desk.TryReleaseAsync(services.Get<ContainmentState>().Current.All[0].Id));
        var second = Task.Run(() => desk.TryContainAsync(desk.Of("user", "bob")));
        await Eventually.TrueAsync(() => services.Get<ContainmentState>().Current.All.Count == 2, "the second is in force");
        reload.SetResult(true);
        await reloading;
        Assert.Null((await first).Refusal);
        Assert.Null((await second).Refusal);
        Assert.Null((await releasing).Refusal);
        Assert.Equal("bob", Assert.Single(await desk.ListAsync()).Name);
        var up = desk.Entries().Where(static entry => entry.TryGetProperty("server", out _)).Select(static entry => entry.GetProperty("act").GetString());
        Assert.Equal(["containment.made", "containment.released"], up);
        Assert.Equal(3, desk.Acts().Count);
    }

    // The clock is moved by hand, and is not moved. The server answers neither the call nor the end of its session, and a reload is under way.
    [Fact]
    public async Task Cut_WaitsForNoTimer_NoReload_AndNoAnswerOfTheServer()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        var (desk, services, never) = (new ContainmentDesk(gateway), gateway.Host.Core.Services, new TaskCompletionSource());
        gateway.Upstream.On("DELETE", (_, _) => never.Task);
        await using var open = await SignIn.OpenExchanges.OpenAsync(gateway, gateway.Token());
        var (start, reload) = (clock.GetUtcNow(), new TaskCompletionSource<bool>());
        var reloading = services.SnapshotTurn.RunAsync(() => reload.Task);
        var containing = Task.Run(() => desk.TryContainAsync(desk.Of("server", "up")));
        await open.EndAsync();
        await Eventually.TrueAsync(() => gateway.Host.Sessions.Entries.Count == 0, "the session has ended");
        Assert.False(containing.IsCompleted); // only its answer waits for the rules
        reload.SetResult(true);
        await reloading;
        var made = (await containing).Result!;
        Assert.Equal((1, 1, 1, 1, 0L),
            (made.Impact.Requests, made.Impact.Unknown, made.Impact.Streams, made.Impact.Sessions, made.Milliseconds));
        Assert.Null(made.Remark);
        Assert.Equal(start, clock.GetUtcNow());
        never.SetResult();
    }

    [Fact]
    public async Task StepThatFailed_IsRepeatedByTheSweep_UntilItSucceeds()
    {
        await using var gateway = await TestGateway.StartAsync(time: new ManualTimeProvider());
        var (desk, effects, runs) = (new ContainmentDesk(gateway), gateway.Host.Core.Services.Get<ContainmentEffects>(), 0);
        gateway.Host.Core.Services.Get<ContainmentHost>().EndOthers = _ => ++runs < 3 ? throw new IOException("the wrapper does not answer") : Task.FromResult(0);
        var made = await desk.TryContainAsync(desk.Of("server", "up"));
        Assert.Contains("these steps failed", made.Result!.Remark, StringComparison.Ordinal);
        Assert.Contains("processes", made.Result.Remark, StringComparison.Ordinal);
        var sweep = ContainmentDesk.NewSweep(gateway);
        await SweepAsync();
        Assert.True(effects.IsUnfinished);
        await SweepAsync();
        Assert.False(effects.IsUnfinished);
        await SweepAsync();
        Assert.Equal(3, runs);

        Task SweepAsync()
        {
            sweep.Run();
            return sweep.SettledAsync();
        }
    }

    [Fact]
    public async Task StepOfAContainmentThatIsReleased_IsNotRepeated()
    {
        await using var gateway = await TestGateway.StartAsync(time: new ManualTimeProvider());
        var (desk, effects, runs) = (new ContainmentDesk(gateway), gateway.Host.Core.Services.Get<ContainmentEffects>(), 0);
        gateway.Host.Core.Services.Get<ContainmentHost>().EndOthers = _ => throw new IOException($"the wrapper does not answer ({++runs})");
        await desk.ReleaseAsync(await desk.ContainAsync("server", "up"));
        var sweep = ContainmentDesk.NewSweep(gateway);
        sweep.Run();
        await sweep.SettledAsync();
        Assert.False(effects.IsUnfinished);
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task ContainingAndReleasingAtOnce_EndInTheOrderOfTheirEntries()
    {
        await using var gateway = await TwoAdministratorsAsync();
        var desk = new ContainmentDesk(gateway);
        var id = await desk.ContainAsync("server", "up");
        var contain = Task.Run(() => desk.TryContainAsync(desk.Of("server", "up")));
        var release = Task.Run(() => desk.TryReleaseAsync(id));
        await Task.WhenAll(contain, release);
        Assert.Null((await release).Refusal);
        var isContained = (await contain).Refusal is null;
        Assert.Equal(isContained ? 1 : 0, (await desk.ListAsync()).Count);
        Assert.Equal(isContained ? ["containment.made", "containment.released", "containment.made"] : ["containment.made", "containment.released"],
            desk.Acts());
        Assert.Equal(isContained, gateway.Host.Snapshots.Current.Uncontained is not null);
    }

    [Fact]
    public async Task UnknownNames_AreRefusedWithThoseThatExist_AndTakenByForce()
    {
        await using var gateway = await TwoAdministratorsAsync();
        var desk = new ContainmentDesk(gateway);
        var server = await desk.TryContainAsync(desk.Of("server", "upp"), isForced: false);
        Assert.Equal("unknown-server", server.Refusal?.Why);
        Assert.StartsWith("the servers are: up;", server.Refusal!.Remedy, StringComparison.Ordinal);
        var unseen = await desk.TryContainAsync(desk.Of("tool", "echo"), isForced: false);
        Assert.StartsWith("no list of its tools was read yet", unseen.Refusal!.Remedy, StringComparison.Ordinal);
        var alice = new Era(gateway, modern: true, "alice");
        await alice.AskAsync("tools/list");
        var tool = await desk.TryContainAsync(desk.Of("tool", "ecco"), isForced: false);
        Assert.StartsWith("the tools that were listed are: echo, secret;", tool.Refusal!.Remedy, StringComparison.Ordinal);
        Assert.Null((await desk.TryContainAsync(desk.Of("tool", "echo"), isForced: false)).Refusal);
        Assert.Null((await desk.TryContainAsync(desk.Of("tool", "ecco"))).Refusal);
        Assert.Equal("unknown-session", (await desk.TryContainAsync(desk.Of("session", "none"))).Refusal?.Why);
        var issuer = await desk.TryContainAsync(new ContainmentTarget("user", "https://other.example", "ada", ""));
        Assert.Contains(desk.Issuer, issuer.Refusal!.Remedy, StringComparison.Ordinal);
        Assert.Null((await desk.TryContainAsync(desk.Of("user", "never-seen"), isForced: false)).Refusal);
    }

    [Theory]
    [InlineData("room", "", "up", "", "no-containment-kind")]
    [InlineData("server", "", "", "", "nothing-named")]
    [InlineData("server", "", "up", "tool", "nothing-named")]
    [InlineData("server", "https://a.example", "up", "", "nothing-named")]
    [InlineData("tool", "", "up", "", "nothing-named")]
    [InlineData("user", "", "ada", "", "nothing-named")]
    [InlineData("session", "https://a.example", "s", "", "nothing-named")]
    public async Task TargetThatNamesNothing_IsRefused(string kind, string issuer, string name, string tool, string why)
    {
        await using var gateway = await TwoAdministratorsAsync();
        var outcome = await new ContainmentDesk(gateway).TryContainAsync(new ContainmentTarget(kind, issuer, name, tool));
        Assert.Equal(why, outcome.Refusal?.Why);
    }

    [Fact]
    public async Task AtTheBound_ANewContainmentIsRefused_AndNoneIsDropped()
    {
        var data = new TemporaryStore();
        await using var gateway = await TwoAdministratorsAsync(data);
        var store = gateway.Host.Core.Services.Store.Containments;
        var sample = await new ContainmentDesk(gateway).ContainAsync("server", "up");
        var row = (await store.ListAsync(DateTimeOffset.UtcNow)).Single(one => one.Id == sample);
        for (var number = 1; number < ContainmentRegister.MostInForce; number++)
        {
            var target = new byte[32];
            BitConverter.TryWriteBytes(target, number);
            Assert.Equal(ApprovalAdding.Added, await store.AddAsync(row with { Id = $"ctn-{number}", Target = target }, ContainmentRegister.MostInForce));
        }

        var desk = new ContainmentDesk(gateway);
        Assert.Equal("too-many", (await desk.TryContainAsync(desk.Of("user", "ada"))).Refusal?.Why);
        Assert.Equal(ContainmentRegister.MostInForce, (await store.ListAsync(DateTimeOffset.UtcNow)).Count);
    }

    private static Task<TestGateway> TwoAdministratorsAsync(TemporaryStore? data = null) => TestGateway.StartAsync(
        settings => settings with
        {
            Administration = new AdministrationSettings { Who = new() { Subjects = new(["carol", "dora"]) } },
        },
        options: given => data is null ? given : given with { Store = data.Open(given.Time) });
}
