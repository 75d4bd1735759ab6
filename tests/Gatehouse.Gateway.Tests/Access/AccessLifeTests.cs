using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Access;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Gateway.Tests.Approvals;
using Gatehouse.Gateway.Tests.Containment;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Contracts;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Access;

/// <summary>How a right ends: by its time, by people, by the configuration, by what happens to the person. And what outlives the process.</summary>
[Trait("Requirement", "AZ-04")]
public sealed class AccessLifeTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Right_EndsByItself_AtItsTick(bool modern)
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await AccessGateway.StartAsync(time: clock);
        var alice = await gateway.BeginAsync(modern);
        await gateway.GrantedAsync(seconds: 120);
        clock.Advance(TimeSpan.FromSeconds(120) - Tick);
        Assert.True(await AccessGateway.CallsAsync(alice));
        clock.Advance(Tick);
        Assert.False(await AccessGateway.CallsAsync(alice));
        Assert.Single(gateway.Forwarded);
        await EndedAsync(gateway, "time");
        Assert.Empty(await gateway.ListAsync());
        Assert.Equal("expired", Assert.Single(await gateway.ListAsync(withOver: true)).State);
        await gateway.GrantedAsync(); // it can be asked for again
        Assert.True(await AccessGateway.CallsAsync(alice));
    }

    [Fact]
    public async Task RequestThatNobodyAnswers_IsOver()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await AccessGateway.StartAsync(time: clock);
        var seen = (await gateway.ShowAsync(await gateway.AskAsync(), "carol")).Result!;
        clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal("answered-already", (await gateway.AnswerAsync(seen, "carol")).Refusal?.Why);
        await EndedAsync(gateway, "not-answered");
        Assert.False(await AccessGateway.CallsAsync(await gateway.BeginAsync()));
    }

    // The stream is open to the person by another rule too: it may depend on the right nevertheless, and the client opens it again.
    [Theory]
    [InlineData("time")]
    [InlineData("revoke")]
    [InlineData("reload")]
    [InlineData("contain")]
    public async Task OpenStream_IsCut_WhenTheRightEnds(string how)
    {
        var clock = new ManualTimeProvider();
        ConfigurationResult? next = null;
        await using var gateway = await AccessGateway.StartAsync(time: clock, reload: () => next!);
        var (opened, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.Gateway.Upstream.On("subscriptions/listen", async (context, message) =>
        {
            await RecordingUpstream.Events(context, $"data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":{{\"_meta\":{{\"io.modelcontextprotocol/subscriptionId\":{message.GetProperty("id").GetRawText()}}}}}}}\n\n");
            opened.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => ended.TrySetResult(), TaskScheduler.Default);
        });
        var id = await gateway.GrantedAsync(seconds: 120);
        var alice = await gateway.BeginAsync();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var reading = client.SendAsync(alice.Request("subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}"));
        await opened.Task.WaitAsync(TimeSpan.FromMinutes(2));
        await Eventually.TrueAsync(() => gateway.Gateway.Host.Registry.Streams().Count == 1, "the stream is open");
        switch (how)
        {
            case "time":
                clock.Advance(TimeSpan.FromSeconds(120));
                break;
            case "revoke":
                Assert.Null((await gateway.RevokeAsync(id, "carol")).Refusal);
                break;
            case "reload":
                next = Result(gateway, [AccessGateway.Right with { Tools = new NameSet(["echo", "more"]) }, AccessGateway.Others]);
                Assert.Empty(await gateway.Gateway.Host.ReloadAsync());
                break;
            default:
                await new ContainmentDesk(gateway.Gateway).ContainAsync("user", "alice");
                break;
        }

        await ended.Task.WaitAsync(TimeSpan.FromMinutes(2));
        await Eventually.TrueAsync(() => reading.IsCompleted && gateway.Gateway.Host.Registry.Count == 0, "the stream has ended");
        if (how != "contain") Assert.False(await AccessGateway.CallsAsync(alice));
        await Eventually.TrueAsync(() => gateway.Acts()[^1] == (how == "revoke" ? "revoked" : "ended"), "its entry is in the log");
    }

    // The rule of the right asks a person about each call. While the call waits, the right ends.
    [Theory]
    [InlineData("time")]
    [InlineData("revoke")]
    public async Task HeldCall_IsNotForwarded_AfterTheRightHasEnded(string how)
    {
        var clock = new ManualTimeProvider();
        var asks = AccessGateway.Right with { Obligations = [Obligation.ForApproval(ApprovalTerms.Default)] };
        await using var gateway = await AccessGateway.StartAsync(time: clock, rules: [asks, AccessGateway.Others, AskingGateway.Approvers],
            change: settings => settings with { Approvals = settings.Approvals with { Hold = TimeSpan.FromMinutes(4) } });
        var id = await gateway.GrantedAsync(seconds: 60);
        var call = (await gateway.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        var book = gateway.Gateway.Host.Core.Services.ApprovalBook;
        await Eventually.TrueAsync(() => book.Questions.Waiting == 1, "the call waits for a person");
        var question = (await gateway.QuestionsAsync()).Single(static one => one.Kind == "call");
        if (how == "time") clock.Advance(TimeSpan.FromSeconds(60));
        else Assert.Null((await gateway.RevokeAsync(id, "dora")).Refusal);
        await gateway.SettledAsync();
        Assert.True((await call).TryGetProperty("error", out _));
        Assert.Equal("closed", (await gateway.DoAsync(new ListApprovals(true))).Result!.Approvals
            .Single(one => one.Id == question.Id).State);
        Assert.Empty(gateway.Forwarded);
    }

    // The decision was made while the right was active, and the server has no place for the call before its end.
    [Fact]
    public async Task CallThatWaitsForItsTurn_IsNotForwarded_AfterTheRightHasEnded()
    {
        PolicyRule[] rules = [AccessGateway.Right, AccessGateway.Others with { Tools = new NameSet(["secret"]) }];
        await using var gateway = await AccessGateway.StartAsync(rules: rules, change: settings => settings with
        { Servers = [settings.Servers[0] with { Concurrency = 1 }] });
        var (release, arrived) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.Gateway.Upstream.On("tools/call", async (context, message) =>
        {
            arrived.TrySetResult();
            await release.Task;
            await RecordingUpstream.Json(context, $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"content\":[]}}}}");
        });
        var id = await gateway.GrantedAsync();
        var (alice, bob) = (await gateway.BeginAsync(), await gateway.BeginAsync(subject: "bob"));
        var first = bob.AskAsync("tools/call", "\"name\":\"secret\",\"arguments\":{}", "secret");
        await arrived.Task.WaitAsync(TimeSpan.FromMinutes(2));
        var waiting = alice.AskAsync("tools/call", AskingGateway.Echo(), "echo");
        await Eventually.TrueAsync(() => gateway.Gateway.Host.Registry.Waiting("up") == 1, "the call waits for its turn");
        Assert.Null((await gateway.RevokeAsync(id, "carol")).Refusal);
        release.SetResult();
        Assert.Equal("GH9004", await AskingGateway.CodeAsync(waiting));
        await first;
        Assert.Single(gateway.Forwarded);
    }

    // The rule of the right asks about each call. The grant of the call is good, and the call is refused nevertheless.
    [Fact]
    public async Task UnspentApproval_DoesNotReplaceTheRight()
    {
        var clock = new ManualTimeProvider();
        var asks = AskingGateway.Calls with { Id = "asks", Tools = new NameSet(["echo"]), When = [] };
        var permits = asks with { Access = AccessGateway.Right.Access };
        await using var gateway = await AccessGateway.StartAsync(time: clock, rules: [permits, AccessGateway.Others, AskingGateway.Approvers],
            change: settings => settings with { Approvals = settings.Approvals with { Hold = TimeSpan.Zero } });
        Assert.Null((await gateway.RequestAsync(rule: "asks", seconds: 60)).Refusal);
        await gateway.LookAndAnswerAsync((await gateway.QuestionsAsync())[0].Id);
        var alice = await gateway.BeginAsync();
        Assert.Equal("GH4204", await AskingGateway.CodeAsync(alice.AskAsync("tools/call", AskingGateway.Echo(), "echo")));
        var question = (await gateway.QuestionsAsync()).Single(static one => one.Kind == "call");
        Assert.Null((await gateway.LookAndAnswerAsync(question.Id)).Refusal);
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Contains(await AskingGateway.CodeAsync(alice.AskAsync("tools/call", AskingGateway.Echo(), "echo")), new[] { "GH4001", "GH4003" });
        Assert.Empty(gateway.Forwarded);
    }

    // The right ends while no process runs, and the person is granted it once more. The grant of the call belongs to the first right.
    [Fact]
    public async Task UnspentApproval_OfARightThatIsOver_DoesNotCountForTheNextRight()
    {
        var (data, clock) = (new TemporaryStore(), new ManualTimeProvider());
        var asks = AskingGateway.Calls with { Id = "asks", Tools = new NameSet(["echo"]), When = [], Access = AccessGateway.Right.Access };
        PolicyRule[] rules = [asks, AccessGateway.Others, AskingGateway.Approvers];
        await using var upstream = await RecordingUpstream.StartAsync();
        upstream.OnResult("tools/call", """{"resultType":"complete","content":[]}""");
        GatewaySettings? same = null;
        await using (var first = await AccessGateway.StartAsync(data, clock, Same, rules: rules, keepState: true))
        {
            await HaveRightAsync(first);
            Assert.Equal("GH4204", await AskingGateway.CodeAsync((await first.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo")));
            var question = (await first.QuestionsAsync()).Single(static one => one.Kind == "call");
            Assert.Null((await first.LookAndAnswerAsync(question.Id)).Refusal);
        }

        clock.Advance(TimeSpan.FromSeconds(60));
        await using var second = await AccessGateway.StartAsync(data, clock, Same, rules: rules);
        await HaveRightAsync(second);
        Assert.Equal("GH4204", await AskingGateway.CodeAsync((await second.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo")));
        Assert.Empty(upstream.Of("tools/call"));

        static async Task HaveRightAsync(AccessGateway gateway)
        {
            var asked = await gateway.RequestAsync(rule: "asks", seconds: 60);
            Assert.Null((await gateway.LookAndAnswerAsync(asked.Result!.Id)).Refusal);
        }

        GatewaySettings Same(GatewaySettings settings)
        {
            same ??= settings with
            {
                Servers = [settings.Servers[0] with { Http = new HttpUpstreamSettings { Url = upstream.Url } }],
                Approvals = settings.Approvals with { Hold = TimeSpan.Zero },
            };
            return same;
        }
    }

    [Theory]
    [InlineData("alice", null)]  // one's own right
    [InlineData("carol", null)]  // may grant it, and is an administrator
    [InlineData("dora", null)]   // may grant it
    [InlineData("bob", "no-right-to-revoke")]
    public async Task Right_IsRevoked_ByThoseWhoMay(string person, string? why)
    {
        await using var gateway = await AccessGateway.StartAsync();
        var id = await gateway.GrantedAsync();
        var alice = await gateway.BeginAsync();
        Assert.Equal(why, (await gateway.RevokeAsync(id, person)).Refusal?.Why);
        Assert.Equal(why is not null, await AccessGateway.CallsAsync(alice));
        Assert.Equal(why is null ? "unknown-access" : null, (await gateway.RevokeAsync(id, "carol")).Refusal?.Why);
        Assert.Equal(["requested", "granted", "revoked"], gateway.Acts());
    }

    [Fact]
    public async Task OpenRequest_IsTakenBack_AndNobodyGrantsItAfterwards()
    {
        await using var gateway = await AccessGateway.StartAsync();
        var id = await gateway.AskAsync();
        var seen = (await gateway.ShowAsync(id, "carol")).Result!;
        Assert.False((await gateway.RevokeAsync(id, "alice")).Result!.WasActive);
        Assert.Equal("answered-already", (await gateway.AnswerAsync(seen, "carol")).Refusal?.Why);
        Assert.Equal("unknown-access", (await gateway.RevokeAsync("acc-0000000000", "carol")).Refusal?.Why);
    }

    [Theory]
    [InlineData("longest")]
    [InlineData("removed")]
    [InlineData("plain")]
    public async Task Reload_ThatChangesTheRule_EndsTheRight(string how)
    {
        ConfigurationResult? next = null;
        await using var gateway = await AccessGateway.StartAsync(reload: () => next!);
        var alice = await gateway.BeginAsync();
        await gateway.GrantedAsync();
        next = Result(gateway, [AccessGateway.Right with { Description = "words only" }, AccessGateway.Others]);
        Assert.Empty(await gateway.Gateway.Host.ReloadAsync());
        await gateway.SettledAsync();
        Assert.True(await AccessGateway.CallsAsync(alice)); // the rule says the same
        var changed = AccessGateway.Right with { Access = AccessGateway.Right.Access! with { Longest = TimeSpan.FromHours(8) } };
        next = Result(gateway, how switch
        {
            "longest" => [changed, AccessGateway.Others],
            "removed" => [AccessGateway.Others],
            _ => [AccessGateway.Right with { Access = null, Who = new WhoClause { Subjects = new NameSet(["bob"]) } }, AccessGateway.Others],
        });
        Assert.Empty(await gateway.Gateway.Host.ReloadAsync());
        Assert.False(await AccessGateway.CallsAsync(alice)); // also before the right is closed
        await EndedAsync(gateway, "rule-changed");
        next = Result(gateway, [AccessGateway.Right, AccessGateway.Others]);
        Assert.Empty(await gateway.Gateway.Host.ReloadAsync());
        Assert.False(await AccessGateway.CallsAsync(alice)); // it does not come back with the rule
    }

    // The run over the first configuration fails. The second one has the old text of the rule again.
    [Fact]
    public async Task ReloadToAnotherTextAndBack_EndsTheRight()
    {
        FailingApprovals? failing = null;
        ConfigurationResult? next = null;
        await using var gateway = await AccessGateway.StartAsync(reload: () => next!, around: store =>
            new FaultyStore(store) { Approvals = failing = new FailingApprovals(store.Approvals) });
        await gateway.GrantedAsync();
        failing!.Failing = "list";
        var changed = AccessGateway.Right with { Access = AccessGateway.Right.Access! with { Longest = TimeSpan.FromHours(8) } };
        foreach (var rule in new[] { changed, AccessGateway.Right })
        {
            next = Result(gateway, [rule, AccessGateway.Others]);
            Assert.Empty(await gateway.Gateway.Host.ReloadAsync());
            await gateway.SettledAsync();
        }

        Assert.False(await AccessGateway.CallsAsync(await gateway.BeginAsync()));
        failing.Failing = "";
        gateway.Gateway.Host.Core.Services.ApprovalWatch.Sweep();
        await gateway.SettledAsync();
        Assert.False(await AccessGateway.CallsAsync(await gateway.BeginAsync()));
        await EndedAsync(gateway, "rule-changed");
    }

    [Theory]
    [InlineData("contained")]
    [InlineData("caller-revoked")]
    [InlineData("approver-revoked")]
    [InlineData("erased")]
    [InlineData("approver-contained")]
    [InlineData("approver-erased")]
    public async Task WhatHappensToAPerson_EndsTheRight(string how)
    {
        await using var gateway = await AccessGateway.StartAsync(change: static settings => settings with
        {
            Administration = new AdministrationSettings { Who = new() { Subjects = new(["carol", "erik"]) } },
        });
        await gateway.GrantedAsync();
        var services = gateway.Gateway.Host.Core.Services;
        Assert.Single(services.Access.All);
        var person = how.StartsWith("approver-", StringComparison.Ordinal) ? "carol" : "alice";
        if (how.EndsWith("contained", StringComparison.Ordinal))
            await new ContainmentDesk(gateway.Gateway, person == "carol" ? "erik" : "carol").ContainAsync("user", person);
        else if (how.EndsWith("erased", StringComparison.Ordinal))
            await services.Erasure.EraseAsync(new EntryOwner(gateway.Issuer, person), new PersonLookup(true, true));
        else await gateway.Gateway.Host.Revocations.RevokeSubjectAsync(gateway.Issuer, person, "left");
        await EndedAsync(gateway, how switch { "approver-contained" => "contained", "approver-erased" => "erased", _ => how });
        Assert.Empty(services.Access.All);
        Assert.Empty(await services.Store.Approvals.ListAsync(ApprovalState.Granted, null, null, 10, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task Right_OutlivesARestart_AndEndsAtItsTime()
    {
        var (data, clock) = (new TemporaryStore(), new ManualTimeProvider());
        await using var upstream = await RecordingUpstream.StartAsync();
        upstream.OnResult("tools/call", """{"resultType":"complete","content":[]}""");
        GatewaySettings? same = null;
        await using (var first = await AccessGateway.StartAsync(data, clock, change: Same, keepState: true)) await first.GrantedAsync(seconds: 240);
        await using (var second = await AccessGateway.StartAsync(data, clock, change: Same, keepState: true))
        {
            var alice = await second.BeginAsync();
            Assert.True(await AccessGateway.CallsAsync(alice));
            clock.Advance(TimeSpan.FromSeconds(240));
            Assert.False(await AccessGateway.CallsAsync(alice));
            await EndedAsync(second, "time");
        }

        await using var third = await AccessGateway.StartAsync(data, clock, change: Same);
        Assert.False(await AccessGateway.CallsAsync(await third.BeginAsync()));
        Assert.Equal(["requested", "granted", "ended"], third.Acts());

        GatewaySettings Same(GatewaySettings settings)
        {
            same ??= settings with { Servers = [settings.Servers[0] with { Http = new HttpUpstreamSettings { Url = upstream.Url } }] };
            return same;
        }
    }

    // The process ended after the grant was stored, and before its entry: the next one writes the entry, and only then the right is active.
    [Fact]
    public async Task GrantWithoutItsEntry_BeginsWithTheEntryOfTheNextStart()
    {
        var data = new TemporaryStore();
        var store = data.Open(TimeProvider.System);
        GatewaySettings? same = null;
        var now = DateTimeOffset.UtcNow;
        string id;
        byte[] carol;
        await using (var first = await AccessGateway.StartAsync(data, change: settings => same = settings, keepState: true))
        {
            id = await first.AskAsync();
            carol = new ApprovalBoxes(first.Gateway.Host.Core.Services.PayloadBoxes).Seal(id, new ApproverFacts(first.Issuer, "carol", "r", 1), now);
        }

        var answer = new ApprovalAnswerRow(id, new byte[32], true, now, now.AddHours(1), "test", new byte[32], carol, false);
        Assert.Equal(AnswerOutcome.Decided, (await store.Approvals.AnswerAsync(answer, now.AddHours(1), now)).Outcome);
        await using var second = await AccessGateway.StartAsync(data, change: _ => same!);
        Assert.Equal(["requested", "granted"], second.Acts());
        Assert.Equal("yes", second.Entries()[1].GetProperty("recovered").GetString());
        Assert.Equal(id, Assert.Single(second.Gateway.Host.Core.Services.Access.All).Id);
    }

    // Whatever fails, done or not: a right is active only when the store and the log have it, and a sweep makes up for the rest.
    [Theory]
    [InlineData("answer", true)]
    [InlineData("answer", false)]
    [InlineData("note", false)]
    [InlineData("note", true)]
    [InlineData("note-answer", false)]
    public async Task StoreFault_WhileARightIsGranted_LeavesNoHalf(string act, bool isDone)
    {
        FailingApprovals? failing = null;
        await using var gateway = await AccessGateway.StartAsync(around: store =>
            new FaultyStore(store) { Approvals = failing = new FailingApprovals(store.Approvals) { IsDone = isDone } });
        var id = await gateway.AskAsync();
        var seen = (await gateway.ShowAsync(id, "carol")).Result!;
        failing!.Failing = act;
        var failed = await gateway.AnswerAsync(seen, "carol");
        Assert.NotNull(failed.Refusal);
        Assert.Empty(gateway.Gateway.Host.Core.Services.Access.All);
        failing.Failing = "";
        gateway.Gateway.Host.Core.Services.ApprovalWatch.Sweep();
        await gateway.SettledAsync();
        var isStored = act != "answer" || isDone;
        Assert.Equal(isStored, await AccessGateway.CallsAsync(await gateway.BeginAsync()));
        Assert.Equal(isStored, gateway.Acts().Contains("granted"));
    }

    [Fact]
    public void Rights_HaveABoundOfAPerson()
    {
        var clock = new ManualTimeProvider();
        var rights = new ActiveAccess(clock);
        for (var at = 0; at < ActiveAccess.MostOfPerson; at++)
        {
            Assert.False(rights.IsCrowded("i", "alice"));
            rights.Begin(new AccessRight($"acc-{at}", "i", "alice", $"r{at}", "", clock.GetUtcNow().AddMinutes(1)));
        }

        Assert.True(rights.IsCrowded("i", "alice"));
        Assert.False(rights.IsCrowded("i", "bob"));
        clock.Advance(TimeSpan.FromMinutes(1));
        rights.EndOver();
        Assert.False(rights.IsCrowded("i", "alice"));
    }

    private static async Task EndedAsync(AccessGateway gateway, string why)
    {
        JsonElement last = default;
        await Eventually.TrueAsync(
            () => gateway.Entries() is { Count: > 0 } entries && (last = entries[^1]).GetProperty("act").GetString() == "access.ended",
            "the end of the right is in the log");
        Assert.Equal(why, last.GetProperty("why").GetString());
    }

    private static ConfigurationResult Result(AccessGateway gateway, IReadOnlyList<PolicyRule> rules) => new()
    {
        Faults = [],
        SourcePath = "f",
        Settings = gateway.Gateway.Host.Snapshots.Current.Settings with { Rules = rules },
    };
}
