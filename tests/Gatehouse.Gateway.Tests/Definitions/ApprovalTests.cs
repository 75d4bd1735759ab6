using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Ipc;
using Gatehouse.Pipeline.Definitions;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Definitions;

/// <summary>Approvals on a running gateway: by administrators alone, at once, by as many people as are asked for (TP-03).</summary>
[Trait("Requirement", "TP-03")]
[Trait("NoRetry", "yes")]
public sealed class ApprovalTests
{
    private static readonly PeerAccount Peer = new(1, 0);
    private static readonly PolicyRule[] Everything = [new PolicyRule { Id = "all" }];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Approval_IsInForceAtOnce_AndSurvivesARestart(bool modern)
    {
        var time = new ManualTimeProvider();
        var state = "";
        Uri upstream;
        await using (var gateway = await StartAsync(time, keepState: true))
        {
            state = gateway.Host.State.Root;
            upstream = gateway.Upstream.Url;
            var alice = new Era(gateway, modern, "alice");
            await alice.BeginAsync();
            Assert.False(await CallsAsync(alice));
            var pending = Assert.Single(await PendingAsync(gateway));
            Assert.Equal(("up", "tool", "add", "definition-server-not-locked"), (pending.Server, pending.Kind, pending.Name, pending.Reason));
            Assert.Contains("  \"description\": \"Adds.\\u200b\",", pending.Lines); // all of it, with what could not be seen
            var reply = await ApproveAsync(gateway, pending, "carol");
            Assert.True(reply.Ok, reply.Message);
            Assert.True(await CallsAsync(alice)); // in the same session, which was told nothing else
            Assert.Empty(await PendingAsync(gateway));
            Assert.Equal(2, gateway.Host.Snapshots.Current.Generation);
            var act = await ActAsync(gateway, "definition.approve");
            Assert.EndsWith(" carol", Fact(act, "by"), StringComparison.Ordinal);
            Assert.Equal(("ticket 812", "tool/add", pending.Digest), (Fact(act, "reason"), Fact(act, "definition"), Fact(act, "digest")));
        }

        var source = new ServerSettings { Name = "up", Path = "/mcp", Http = new HttpUpstreamSettings { Url = upstream } };
        await using var again =
            await TestGateway.StartAsync(settings => Settings(1)(settings) with { StateDirectory = state }, time, rules: Everything);
        again.Upstream.OnResult("tools/list", Locks.Tools(Locks.Tool("add", "Adds.\u200b")));
        Assert.Equal("", await ToolsAsync(again)); // another port is another source
        var lockJudge = Assert.IsType<LockPolicy>(Assert.Single(again.Host.Snapshots.Current.Definitions.Judges.OfType<LockPolicy>()));
        // and the first one's approval is kept
        Assert.Equal(ServerIdentities.Of(source).Source.ToString(), Assert.Single(lockJudge.Given.All).Source);
    }

    [Fact]
    public async Task Revocation_TakesBack_AndMayBeTakenBack()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(time);
        _ = await ToolsAsync(gateway);
        Assert.True((await ApproveAsync(gateway, Assert.Single(await PendingAsync(gateway)), "carol")).Ok);
        Assert.Equal("add", await ToolsAsync(gateway));
        Assert.True((await RevokeAsync(gateway, "dave")).Ok);
        Assert.Equal("", await ToolsAsync(gateway));
        Assert.Equal("definition-revoked", Assert.Single(await PendingAsync(gateway)).Reason);
        Assert.True((await ApproveAsync(gateway, Assert.Single(await PendingAsync(gateway)), "carol")).Ok); // and may be given again
        Assert.Equal("add", await ToolsAsync(gateway));
    }

    [Fact]
    public async Task Revocation_WinsOverTheFile()
    {
        var time = new ManualTimeProvider();
        await using var gateway =
            await StartAsync(time, settings => settings with { Lock = Locks.For(settings.Servers[0], Locks.LockedTool("add", "Adds.\u200b")) });
        Assert.Equal("add", await ToolsAsync(gateway));
        Assert.True((await RevokeAsync(gateway, "carol")).Ok);
        Assert.Equal("", await ToolsAsync(gateway));
        Assert.Equal("carol", Fact(await ActAsync(gateway, "definition.revoke"), "by").Split(' ')[^1]);
    }

    [Fact]
    public async Task AgentsOwnToken_NeverApproves()
    {
        await using var gateway = await StartAsync(new ManualTimeProvider());
        _ = await ToolsAsync(gateway);
        var pending = Assert.Single(await PendingAsync(gateway));
        var acts = GatewayAdministration.ControlOf(gateway.Host);
        (string Why, string? Token)[] refused =
        [
            ("nothing", null), ("a session's token of an administrator", gateway.Token("carol")), ("a session's token", gateway.Token()),
            ("the right audience and no administrator", TokenOf(gateway, "alice")), ("no token at all", "x"),
        ];
        foreach (var (why, token) in refused)
        {
            var reply = await acts.HandleAsync(Approve(pending), Peer, token);
            Assert.False(reply.Ok, why);
        }

        Assert.Equal("", await ToolsAsync(gateway));
        // And what opens administration opens no server.
        var admin = gateway.Token("carol", gateway.Host.Snapshots.Current.Settings.AdministrationResource);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await gateway.CallAsync(gateway.Modern("tools/list", token: admin))).Status);
    }

    [Fact]
    public async Task FourEyes_AreTwoPeople()
    {
        await using var gateway = await StartAsync(new ManualTimeProvider(), approvers: 2);
        _ = await ToolsAsync(gateway);
        var pending = Assert.Single(await PendingAsync(gateway));
        Assert.True((await ApproveAsync(gateway, pending, "carol")).Ok);
        Assert.Equal("", await ToolsAsync(gateway));
        var same = await ApproveAsync(gateway, pending, "carol"); // approver equal to requester
        Assert.False(same.Ok);
        Assert.Equal("", await ToolsAsync(gateway));
        Assert.EndsWith(" carol", Assert.Single(Assert.Single(await PendingAsync(gateway)).Approvals), StringComparison.Ordinal);
        Assert.True((await ApproveAsync(gateway, pending, "dave")).Ok);
        Assert.Equal("add", await ToolsAsync(gateway));
    }

    // The second person sees who approved it before, when, and for what reason.
    [Fact]
    public async Task QuestionAboutADefinition_HasThePersonTimeAndReasonOfTheFirstApproval()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(time, approvers: 2);
        _ = await ToolsAsync(gateway);
        var pending = Assert.Single(await PendingAsync(gateway));
        Assert.Empty(DefinitionQuestions.Row(pending).Answers);
        Assert.True((await ApproveAsync(gateway, pending, "carol")).Ok);
        var after = Assert.Single(await PendingAsync(gateway));
        foreach (var view in new[] { DefinitionQuestions.Row(after), DefinitionQuestions.Shown(after) })
        {
            var answer = Assert.Single(view.Answers);
            Assert.Equal((1, 2, "carol", "ticket 812", true), (view.Granted, view.Needed, answer.By, answer.Reason, answer.Grants));
            Assert.Equal((time.GetUtcNow(), true), (answer.At, answer.ByIssuer?.StartsWith("http", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Race_OfTwoAtOnce_CountsEachPersonOnce()
    {
        await using var gateway = await StartAsync(new ManualTimeProvider(), approvers: 2);
        _ = await ToolsAsync(gateway);
        var pending = Assert.Single(await PendingAsync(gateway));
        var same = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ApproveAsync(gateway, pending, "carol"))));
        Assert.Single(same, reply => reply.Ok);
        Assert.Equal("", await ToolsAsync(gateway));

        await using var other = await StartAsync(new ManualTimeProvider(), approvers: 2);
        _ = await ToolsAsync(other);
        pending = Assert.Single(await PendingAsync(other));
        var two = await Task.WhenAll(new[] { "carol", "dave" }.Select(who => Task.Run(() => ApproveAsync(other, pending, who))));
        Assert.All(two, reply => Assert.True(reply.Ok, reply.Message));
        Assert.Equal("add", await ToolsAsync(other));
    }

    [Fact]
    public async Task WhatWasNotShown_IsNotApproved()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(time);
        _ = await ToolsAsync(gateway);
        var pending = Assert.Single(await PendingAsync(gateway));
        gateway.Upstream.OnResult("tools/list", Locks.Tools(Locks.Tool("add", "Adds, and sends.")));
        time.Advance(TimeSpan.FromMinutes(1));
        _ = await ToolsAsync(gateway);
        Assert.False((await ApproveAsync(gateway, pending, "carol")).Ok); // the server says something else by now
        Assert.False((await ApproveAsync(gateway, pending with { Name = "sub" }, "carol")).Ok);
        Assert.False((await ApproveAsync(gateway, pending with { Kind = "thing" }, "carol")).Ok);
        var acts = GatewayAdministration.ControlOf(gateway.Host);
        Assert.False((await acts.HandleAsync(
            Approve(Assert.Single(await PendingAsync(gateway))) with { Reason = "" }, Peer, TokenOf(gateway, "carol"))).Ok);
        Assert.Equal("", await ToolsAsync(gateway));
    }

    [Fact]
    public async Task Approval_EndsWhenItSaid()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await StartAsync(time);
        _ = await ToolsAsync(gateway);
        var (request, token) = (Approve(Assert.Single(await PendingAsync(gateway))), TokenOf(gateway, "carol"));
        var acts = GatewayAdministration.ControlOf(gateway.Host);
        Assert.False((await acts.HandleAsync(request with { Until = DateTimeOffset.Parse("2025-01-01T00:00:00Z", null) }, Peer, token)).Ok);
        Assert.True((await acts.HandleAsync(request with { Until = time.GetUtcNow() + TimeSpan.FromMinutes(5) }, Peer, token)).Ok);
        Assert.Equal("add", await ToolsAsync(gateway));
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("", await ToolsAsync(gateway));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FirstUse_IsTrustedOnlyWhenChosen_RecordedAndHeldTo(bool trust)
    {
        var time = new ManualTimeProvider();
        await using var gateway =
            await StartAsync(time,
                settings => settings with { Lock = settings.Lock! with { FirstUse = trust ? FirstUseMode.Trust : FirstUseMode.Refuse } });
        Assert.Equal(trust ? "add" : "", await ToolsAsync(gateway));
        gateway.Upstream.OnResult("tools/list", Locks.Tools(Locks.Tool("add", "Adds.\u200b"), Locks.Tool("more")));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(trust ? "add" : "", await ToolsAsync(gateway)); // what comes later is new
        gateway.Upstream.OnResult("tools/list", Locks.Tools(Locks.Tool("add", "Evil.")));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("", await ToolsAsync(gateway));
        if (trust) Assert.Equal("tool", Fact(await ActAsync(gateway, "definition.first-use"), "about"));
        else Assert.DoesNotContain(gateway.EntriesWithEnded(1), entry => Fact(entry, "act") == "definition.first-use");
        // A list that was empty was seen: what stands in it later is no first use.
        gateway.Upstream.OnResult("prompts/list", """{"resultType":"complete","prompts":[]}""");
        var alice = new Era(gateway, modern: true, "alice");
        _ = await alice.AskAsync("prompts/list");
        gateway.Upstream.OnResult("prompts/list", """{"resultType":"complete","prompts":[{"name":"late"}]}""");
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("[]", (await alice.AskAsync("prompts/list")).GetProperty("result").GetProperty("prompts").GetRawText());
    }

    [Theory]
    [InlineData("/mcp", "", true)]
    [InlineData("/mcp/other-tenant", "", false)]
    [InlineData("/mcp", "?tenant=b", false)]
    public async Task Approval_HoldsForTheServersPathAlone_AndAnOldOneForThePathThatIsConfigured(string path, string query, bool isSeen)
    {
        foreach (var isOld in new[] { false, true })
        {
            var time = new ManualTimeProvider();
            var first = await StartAsync(time, keepState: true);
            await using var upstream = first.Upstream;
            _ = await ToolsAsync(first);
            Assert.True((await ApproveAsync(first, Assert.Single(await PendingAsync(first)), "carol")).Ok);
            var server = first.Host.Snapshots.Current.Settings.Servers[0];
            var source = ServerIdentities.Of(server).Source;
            if (isOld) await first.Host.Core.Services.Store.DefinitionApprovals.MoveAsync("up", source.ToString(), source.WithoutPath().ToString());
            await first.Host.DisposeAsync();
            if (isOld) await StartedOnceAsync(first, server, time); // the release that adds the path, with the configuration as it was
            var other = server with
            { Http = new HttpUpstreamSettings { Url = new Uri(upstream.Url.GetLeftPart(UriPartial.Authority) + path + query) } };
            await using var again =
                await TestGateway.StartAsync(settings => Settings(1)(settings) with { Servers = [other], StateDirectory = first.Host.State.Root },
                    time, rules: Everything);
            Assert.Equal(isSeen ? "add" : "", await ToolsAsync(again));
        }

        static async Task StartedOnceAsync(TestGateway first, ServerSettings server, TimeProvider time) =>
            await (await TestGateway.StartAsync(settings => Settings(1)(settings) with { Servers = [server], StateDirectory = first.Host.State.Root },
                time, rules: Everything, keepState: true)).DisposeAsync();
    }

    [Fact]
    public async Task Revocation_WinsOverAFileFromBeforeThePathWasPartOfTheServer()
    {
        await using var gateway = await StartAsync(new ManualTimeProvider(), settings =>
        {
            var named = Locks.For(settings.Servers[0], Locks.LockedTool("add", "Adds.\u200b"));
            return settings with
            {
                Lock = named with
                {
                    Content = new Integrity.Locks.LockFile(
                        [named.Content.Servers[0] with { Source = named.Content.Servers[0].Source.WithoutPath() }])
                }
            };
        });
        Assert.Equal("add", await ToolsAsync(gateway));
        Assert.True((await RevokeAsync(gateway, "carol")).Ok);
        Assert.Equal("", await ToolsAsync(gateway));
    }

    private static string TokenOf(TestGateway gateway, string who) =>
        gateway.Token(who, gateway.Host.Snapshots.Current.Settings.AdministrationResource);

    private static ApproveDefinition Approve(PendingDefinition pending) =>
        new(pending.Server, DefinitionKind.Tool, pending.Name, pending.Digest, "ticket 812");

    private static Task<ControlReply> RevokeAsync(TestGateway gateway, string who) => GatewayAdministration.ControlOf(gateway.Host)
        .HandleAsync(new RevokeDefinitionApproval("up", DefinitionKind.Tool, "add", "ticket 813"), Peer, TokenOf(gateway, who));

    private static Task<ControlReply> ApproveAsync(TestGateway gateway, PendingDefinition pending, string who) =>
        GatewayAdministration.ControlOf(gateway.Host).HandleAsync(Approve(pending), Peer, TokenOf(gateway, who));

    private static async Task<IReadOnlyList<PendingDefinition>> PendingAsync(TestGateway gateway) =>
        [.. (await GatewayAdministration.ControlOf(gateway.Host)
            .HandleAsync(new ListPendingDefinitions(), Peer)).As<PendingDefinitions>().Definitions.Where(one => one.Kind == "tool")];

    private static async Task<bool> CallsAsync(Era era) =>
        (await era.AskAsync("tools/call", "\"name\":\"add\"", "add")).TryGetProperty("result", out _);

    private static async Task<string> ToolsAsync(TestGateway gateway) => string.Join(
        ' ', (await new Era(gateway, modern: true, "alice").AskAsync("tools/list")).GetProperty("result").GetProperty("tools").EnumerateArray()
            .Select(tool => tool.GetProperty("name").GetString()));

    private static async Task<JsonElement> ActAsync(TestGateway gateway, string act)
    {
        await Eventually.TrueAsync(() => gateway.Entries().Any(entry => Fact(entry, "act") == act), $"the log has an entry of {act}");
        return gateway.Entries().Last(entry => Fact(entry, "act") == act);
    }

    private static string Fact(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) ? value.GetString()! : "";

    private static Func<GatewaySettings, GatewaySettings> Settings(int approvers) => settings => settings with
    {
        Lock = new LockSettings { Approvers = approvers },
        Administration = new AdministrationSettings { Who = new WhoClause { Subjects = new NameSet(["carol", "dave"]) } },
    };

    private static async Task<TestGateway> StartAsync(TimeProvider time, Func<GatewaySettings, GatewaySettings>? change = null, int approvers = 1,
        bool keepState = false)
    {
        var gateway = await TestGateway.StartAsync(settings => (change ?? (same => same))(Settings(approvers)(settings)), time, rules: Everything,
            keepState: keepState);
        gateway.Upstream.OnResult("tools/list", Locks.Tools(Locks.Tool("add", "Adds.\u200b")));
        return gateway;
    }
}
