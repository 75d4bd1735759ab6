using System.Text.Json;
using Gatehouse.Administration.Control;
using Gatehouse.Audit;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Tests.Local;
using Gatehouse.Ipc;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Pipeline.Inspection.Requests;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Holding;

/// <summary>
/// An exchange that waits for a verdict: counted, shown, kept alive, and ended by whatever ends an exchange. Nothing of it reaches the server before.
/// </summary>
[Trait("NoRetry", "yes")]
public sealed class HeldExchangeTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HeldForTenMinutes_ItsClientSeesComments_AndThenTheAnswer(bool modern)
    {
        var (clock, approvals) = (new ManualTimeProvider(), new WaitingApprovals());
        await using var gateway = await HostFixture.StartAsync(HostFixture.With(approvals, HostFixture.Asks), clock, change: Patient);
        var (response, lines) = await CallAsync(gateway, modern, clock);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        await PassAsync(clock, TimeSpan.FromMinutes(10));
        Assert.Equal("1", (await StatusAsync(gateway))["held"]);
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        approvals.Answer(ApprovalOutcome.Approved);
        var text = await lines;
        // About 40, less those for which a step of the clock came before the timer was set again.
        Assert.True(text.Count(line => line == ":") >= 20,
            $"{text.Count(line => line == ":")} comments in ten minutes");
        Assert.Contains(text, line => line.StartsWith("data: ", StringComparison.Ordinal) && line.Contains("done", StringComparison.Ordinal));
        Assert.Single(gateway.Upstream.Of("tools/call"));
        Assert.Equal("0", (await StatusAsync(gateway))["held"]);
        var ended = gateway.EndedEntryOf(response);
        Assert.Contains(ended.GetProperty("parts").EnumerateArray(),
            part => part.GetProperty("kind").GetString() == "approval" && part.GetProperty("detail").GetString() == "asks-a-person by carol");
        Assert.Equal(2, ended.GetProperty("checks").EnumerateArray().Count(check => check.GetString() == "authorize"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnAnswerBeforeTheFirstComment_IsAnOrdinaryOne_AndWhatIsApprovedIsWhatTheServerGets(bool modern)
    {
        var approvals = new WaitingApprovals();
        await using var gateway =
            await HostFixture.StartAsync(HostFixture.With(approvals, TestRule.Replacing("redact", "secret", "[removed]"), HostFixture.Asks));
        var era = await BeginAsync(gateway, modern);
        var call = gateway.CallAsync(era.Request("tools/call", "\"name\":\"echo\",\"arguments\":{\"text\":\"secret\"}", "echo"));
        await HostFixture.HeldAsync(gateway);
        var request = Assert.Single(approvals.Asked);
        Assert.Contains("[removed]", System.Text.Encoding.UTF8.GetString(request.Message.Bytes.Span), StringComparison.Ordinal);
        approvals.Answer(ApprovalOutcome.Approved);
        var (_, body, _) = await call;
        Assert.True(body.TryGetProperty("result", out _));
        Assert.Contains("[removed]", Assert.Single(gateway.Upstream.Of("tools/call")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ApprovalOutcome.Refused, "GH4201")]
    [InlineData(ApprovalOutcome.Unavailable, "GH4202")]
    public async Task WithoutAYes_NothingIsSent(ApprovalOutcome outcome, string code)
    {
        var approvals = new WaitingApprovals();
        await using var gateway = await HostFixture.StartAsync(HostFixture.With(approvals, HostFixture.Asks));
        var call = (await BeginAsync(gateway, modern: true)).AskAsync("tools/call", "\"name\":\"echo\"", "echo");
        await HostFixture.HeldAsync(gateway);
        approvals.Answer(outcome);
        Assert.Equal(code, RequestRuleTests.CodeOf(await call));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhereNobodyCanBeAsked_TheCallIsRefused(bool modern)
    {
        await using var gateway = await HostFixture.StartAsync(HostFixture.With(null, HostFixture.Asks));
        gateway.CloseTerminal();
        Assert.Equal("GH4202",
            RequestRuleTests.CodeOf(await (await BeginAsync(gateway, modern)).AskAsync("tools/call", "\"name\":\"echo\"", "echo")));
    }

    // One end after the other, in both eras, for one who waits for a person and one who waits for a rule that does not notice it.
    public static TheoryData<bool, bool, string, string> Ends()
    {
        TheoryData<bool, bool, string, string> rows = [];
        foreach (var (modern, byRule) in new[] { (true, false), (false, false), (true, true), (false, true) })
        {
            rows.Add(modern, byRule, "deadline", "GH4203");
            rows.Add(modern, byRule, "drain", "GH9002");
            rows.Add(modern, byRule, "revocation", "GH9004");
            rows.Add(modern, byRule, "expiry", "GH9004");
            if (!modern) rows.Add(modern, byRule, "session", "GH9004");
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task WhatEndsExchanges_EndsAHeldOne(bool modern, bool byRule, string end, string code)
    {
        var (clock, approvals) = (new ManualTimeProvider(), new WaitingApprovals { IsDeaf = true });
        await using var gateway =
            await HostFixture.StartAsync(byRule
                ? HostFixture.With(null, Deaf) : HostFixture.With(approvals, HostFixture.Asks), clock, change: end == "deadline" ? null : Patient);
        var era = await BeginAsync(gateway, modern);
        var call = era.AskAsync("tools/call", "\"name\":\"echo\"", "echo");
        await HostFixture.HeldAsync(gateway);
        await EndAsync(gateway, clock, end, call);
        var answer = await call;
        Assert.Equal(code, RequestRuleTests.CodeOf(answer));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        await Eventually.TrueAsync(() => gateway.Host.Registry is { Held: 0, Count: 0 }, "nothing is under way");
        if (end == "deadline") await SaysWhoseVerdictWasWaitedForAsync(gateway, answer, byRule);
        if (!byRule) Assert.Equal(1, approvals.Ended);
    }

    // The end of a session looks for its exchanges; one that has found the session and not noted it yet is not found.
    [Fact]
    public async Task ASessionThatEndsBeforeItsExchangeHasNotedIt_EndsTheExchange()
    {
        ReplacedSessions? sessions = null;
        await using var gateway =
            await HostFixture.StartAsync(PartReplacements.None.Around(PartNames.Sessions, real => sessions = new ReplacedSessions(real)));
        var era = await BeginAsync(gateway, modern: false);
        sessions!.Found = sessions.EndAsync;
        Assert.Equal("GH5002", RequestRuleTests.CodeOf(await era.AskAsync("tools/call", "\"name\":\"echo\"", "echo")));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    // An asker or a rule that does not notice the end of the exchange may say yes when the entry of the exchange has been written, or while it is.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AVerdictThatComesAfterTheEnd_WritesNothingIntoTheRecord(bool byRule)
    {
        var (approvals, judged) = (new WaitingApprovals { IsDeaf = true }, new TaskCompletionSource<RuleVerdict>());
        await using var gateway = await TestGateway.StartAsync();
        Assert.True(MessageValidator.TryValidate(System.Text.Encoding.UTF8.GetBytes(RequestRuleTests.Line(modern: true, 1)), MessageLimits.Default,
            out var message, out _));
        var snapshot = gateway.Host.Snapshots.Current;
        var exchange = new Exchange(snapshot, NoRequestHead.Instance, null, TimeProvider.System)
        {
            Server = snapshot.Settings.Servers[0],
            Questions = { OfRules = [new ApprovalQuestion("asks-a-person", "every-call")] },
            Message = message,
        };
        IStage stage = byRule
            ? new InspectRequestStage(new RequestInspector(new TestRule("slow", async (_, _) => await judged.Task)))
            : new ApproveStage(approvals);
        using var end = new CancellationTokenSource();
        var judging = stage.RunAsync(exchange, end.Token).AsTask();
        var written = exchange.Record.Parts;
        await end.CancelAsync();
        if (byRule) judged.SetResult(RuleVerdict.Refuse(new Refusal(Reasons.RequestRefused)));
        else approvals.Answer(ApprovalOutcome.Approved);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => judging);
        Assert.Empty(exchange.Record.Parts);
        exchange.Record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Deny, "later"));
        Assert.Empty(written); // what a view was given does not change while it is read
    }

    [Fact]
    public async Task WhatIsHeldAfterADrainBegan_EndsAtOnce()
    {
        var approvals = new WaitingApprovals();
        await using var gateway = await HostFixture.StartAsync(HostFixture.With(approvals, HostFixture.Asks));
        gateway.Host.Registry.Drain();
        Assert.Equal("GH9002",
            RequestRuleTests.CodeOf(await (await BeginAsync(gateway, modern: true)).AskAsync("tools/call", "\"name\":\"echo\"", "echo")));
    }

    [Fact]
    public async Task InTheModernEra_TheClientThatLeavesEndsIt()
    {
        var approvals = new WaitingApprovals();
        await using var gateway = await HostFixture.StartAsync(HostFixture.With(approvals, HostFixture.Asks));
        var era = await BeginAsync(gateway, modern: true);
        await CallAndLeaveAsync(gateway, era);
        await Eventually.TrueAsync(() => gateway.Host.Registry.Count == 0 && approvals.Ended == 1, "nobody is asked any more");
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    [Fact]
    public async Task InTheLegacyEra_TheClientThatLeavesDoesNot_AndOneThatTakesItBackDoes()
    {
        var approvals = new WaitingApprovals();
        await using var gateway = await HostFixture.StartAsync(HostFixture.With(approvals, HostFixture.Asks));
        var era = await BeginAsync(gateway, modern: false);
        await CallAndLeaveAsync(gateway, era);
        // time in which a leaving client is noticed
        await using (var other = await HostFixture.StartAsync(PartReplacements.None)) await BeginAsync(other, modern: false);
        Assert.Equal((1, 0), (gateway.Host.Registry.Held, approvals.Ended));
        await CancelAsync(era, gateway, era.LastId + 100); // another request of the session: nothing of that id is under way
        Assert.Equal(1, gateway.Host.Registry.Held);
        var stranger = await BeginAsync(gateway, modern: false); // another session of the same caller
        await CancelAsync(stranger, gateway, era.LastId);
        Assert.Equal(1, gateway.Host.Registry.Held);
        await CancelAsync(era, gateway, era.LastId);
        await Eventually.TrueAsync(() => gateway.Host.Registry.Held == 0 && approvals.Ended == 1, "the request is taken back");
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        Assert.Empty(gateway.Upstream.Of("notifications/cancelled")); // the server never saw the request
    }

    [Fact]
    public async Task ARequestThatIsTakenBack_GetsNoAnswer()
    {
        var approvals = new WaitingApprovals();
        await using var gateway = await HostFixture.StartAsync(HostFixture.With(approvals, HostFixture.Asks));
        var era = await BeginAsync(gateway, modern: false);
        var call = gateway.SendAsync(era.Request("tools/call", "\"name\":\"echo\"", "echo"));
        await HostFixture.HeldAsync(gateway);
        await CancelAsync(era, gateway, era.LastId);
        using var response = await call;
        Assert.Equal(("text/event-stream", ""), (response.Content.Headers.ContentType!.MediaType, await response.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public async Task WhenItGoesOn_TheNewestSnapshotDecides(bool modern, bool keepsServer)
    {
        var approvals = new WaitingApprovals();
        ConfigurationResult? next = null;
        await using var gateway = await HostFixture.StartAsync(HostFixture.With(approvals, HostFixture.Asks), reload: () => next!);
        var era = await BeginAsync(gateway, modern);
        var call = era.AskAsync("tools/call", "\"name\":\"echo\"", "echo");
        await HostFixture.HeldAsync(gateway);
        var settings = gateway.Host.Snapshots.Current.Settings;
        next = new ConfigurationResult
        {
            Faults = [],
            SourcePath = "f",
            Settings = keepsServer
                ? settings with { Rules = HostFixture.Rules(OthersAlone) }
                : settings with { Servers = [settings.Servers[0] with { Name = "another" }] },
        };
        Assert.Empty(await gateway.Host.ReloadAsync());
        Assert.Equal(1, gateway.Host.Registry.Held); // a message keeps the snapshot that it began with until it goes on
        approvals.Answer(ApprovalOutcome.Approved);
        var code = RequestRuleTests.CodeOf(await call);
        Assert.Contains(code, keepsServer ? new[] { "GH4001", "GH4003" } : ["GH9004"]);
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    [Fact]
    public async Task WhenItGoesOn_ItsArgumentsFitTheDefinitionAsItIsThen()
    {
        var (clock, approvals) = (new ManualTimeProvider(), new WaitingApprovals());
        await using var gateway = await HostFixture.StartAsync(HostFixture.With(approvals, HostFixture.Asks), clock, change: Patient);
        var call = (await BeginAsync(gateway, modern: true)).AskAsync("tools/call", "\"name\":\"echo\"", "echo");
        await HostFixture.HeldAsync(gateway);
        gateway.Upstream.OnResult("tools/list",
            """{"resultType":"complete","tools":[{"name":"echo","inputSchema":{"type":"object","required":["n"]}}],"ttlMs":0,"cacheScope":"private"}""");
        clock.Advance(TimeSpan.FromMinutes(2)); // the list is too old
        approvals.Answer(ApprovalOutcome.Approved);
        var answer = await call;
        Assert.True(answer.GetRawText() is var text
            && (text.Contains("GH6004", StringComparison.Ordinal) || text.Contains("GH4003", StringComparison.Ordinal)), text);
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    [Fact]
    public async Task ARuleThatWaited_IsHeldLikeAPerson_AndDecidedByTheNewestSnapshot()
    {
        var verdict = new TaskCompletionSource<RuleVerdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        ConfigurationResult? next = null;
        await using var gateway =
            await HostFixture.StartAsync(HostFixture.With(null, new TestRule("slow", async (_, _) => await verdict.Task)), reload: () => next!);
        var call = (await BeginAsync(gateway, modern: true)).AskAsync("tools/call", "\"name\":\"echo\"", "echo");
        await HostFixture.HeldAsync(gateway);
        next = new ConfigurationResult
        { Faults = [], SourcePath = "f", Settings = gateway.Host.Snapshots.Current.Settings with { Rules = HostFixture.Rules(OthersAlone) } };
        Assert.Empty(await gateway.Host.ReloadAsync());
        verdict.SetResult(RuleVerdict.Pass);
        Assert.Contains(RequestRuleTests.CodeOf(await call), new[] { "GH4001", "GH4003" });
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    // What is held takes its caller's places, and nobody else's.
    [Fact]
    public async Task HeldCalls_CountForTheirCaller()
    {
        var approvals = new WaitingApprovals();
        await using var gateway =
            await HostFixture.StartAsync(HostFixture.With(approvals, HostFixture.Asks),
                change: s => s with { Limits = s.Limits with { ConcurrencyPerCaller = 2 } });
        var era = await BeginAsync(gateway, modern: true);
        var calls = new[] { era.AskAsync("tools/call", "\"name\":\"echo\"", "echo"), era.AskAsync("tools/call", "\"name\":\"echo\"", "echo") };
        await Eventually.TrueAsync(() => gateway.Host.Registry.Held == 2, "both are held");
        Assert.Equal("GH1013", RequestRuleTests.CodeOf(await era.AskAsync("tools/call", "\"name\":\"echo\"", "echo")));
        var bob = new Era(gateway, modern: true, "bob");
        await bob.BeginAsync();
        Assert.True((await bob.AskAsync("tools/list")).TryGetProperty("result", out _));
        approvals.Answer(ApprovalOutcome.Approved);
        foreach (var call in calls) Assert.True((await call).TryGetProperty("result", out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OnStdio_OtherLinesPass_AndACancellationEndsIt(bool modern)
    {
        var approvals = new WaitingApprovals();
        await using var fixture =
            await LocalHostFixture.StartAsync("version: 1\nlock: { firstUse: off }\n", replace: HostFixture.With(approvals, HostFixture.Asks));
        await using var wrapper = await fixture.WrapAsync();
        if (!modern) await wrapper.InitializeAsync();
        await wrapper.SayAsync(RequestRuleTests.Line(modern, 1));
        await wrapper.GiveToolsAsync();
        await Eventually.TrueAsync(() => fixture.Host.Core.Registry.Held == 1, "the call is held");
        await wrapper.SayAsync(modern
            ? """{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"""
            : """{"jsonrpc":"2.0","id":2,"method":"ping"}""");
        var (other, _) = await OtherAsync(wrapper, modern);
        Assert.Equal(2, other.GetProperty("id").GetInt32());
        await wrapper.SayAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""");
        await Eventually.TrueAsync(() => fixture.Host.Core.Registry.Held == 0 && approvals.Ended == 1, "the request is taken back");
        await wrapper.HearSettledAsync(); // without an answer
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OnStdio_ApprovedCallsReachTheServer_AndTheEndOfTheConnectionEndsWhatIsHeld(bool modern)
    {
        var approvals = new WaitingApprovals();
        await using var fixture =
            await LocalHostFixture.StartAsync("version: 1\nlock: { firstUse: off }\n", replace: HostFixture.With(approvals, HostFixture.Asks));
        var wrapper = await fixture.WrapAsync();
        if (!modern) await wrapper.InitializeAsync();
        await wrapper.SayAsync(RequestRuleTests.Line(modern, 1));
        await wrapper.GiveToolsAsync();
        await Eventually.TrueAsync(() => fixture.Host.Core.Registry.Held == 1, "the call is held");
        approvals.Answer(ApprovalOutcome.Approved);
        var call = await wrapper.ChildHearsJsonAsync();
        Assert.Equal("tools/call", call.GetProperty("method").GetString());
        await wrapper.ChildAnswersAsync(call, """{"resultType":"complete","content":[]}""");
        Assert.Equal(1, (await wrapper.HearJsonAsync()).GetProperty("id").GetInt32());
        await wrapper.DisposeAsync();

        var waiting = new WaitingApprovals();
        await using var second =
            await LocalHostFixture.StartAsync("version: 1\nlock: { firstUse: off }\n", replace: HostFixture.With(waiting, HostFixture.Asks));
        var gone = await second.WrapAsync();
        if (!modern) await gone.InitializeAsync();
        await gone.SayAsync(RequestRuleTests.Line(modern, 1));
        await gone.GiveToolsAsync();
        await Eventually.TrueAsync(() => second.Host.Core.Registry.Held == 1, "the call is held");
        await gone.DisposeAsync();
        await Eventually.TrueAsync(() => second.Host.Core.Registry.Held == 0 && waiting.Ended == 1, "nobody is there for an answer");
    }

    private const string OthersAlone =
        """
        version: 1
        rules:
          - { id: other, permit: { subjects: [alice], tools: [secret] } }
        """;

    private static TestRule Deaf { get; } = new("deaf", static async (message, _) =>
    {
        if (message.Method == "tools/call") await new TaskCompletionSource().Task;
        return RuleVerdict.Pass;
    });

    private static GatewaySettings Patient(GatewaySettings settings) =>
        settings with { Servers = [settings.Servers[0] with { Deadline = TimeSpan.FromHours(1) }] };

    // One reason for both: what the caller reads is true of both, and the operator tells them apart by the last check of the entry.
    private static async Task SaysWhoseVerdictWasWaitedForAsync(TestGateway gateway, JsonElement answer, bool byRule)
    {
        Assert.Equal(Reasons.ApprovalTimeout.Message, answer.GetProperty("error").GetProperty("message").GetString());
        Assert.Contains("a rule or a person", Reasons.ApprovalTimeout.Message, StringComparison.Ordinal);
        JsonElement entry = default;
        await Eventually.TrueAsync(
            () => (entry = gateway.Entries()
                .FirstOrDefault(each => each.GetProperty("kind").GetString() == "ended"
                && each.GetRawText().Contains("GH4203", StringComparison.Ordinal))).ValueKind == JsonValueKind.Object,
            "the entry is there");
        Assert.Equal(byRule ? "limit" : "inspect-request", entry.GetProperty("checks").EnumerateArray().Last().GetString());
    }

    private static async Task<Era> BeginAsync(TestGateway gateway, bool modern)
    {
        var era = new Era(gateway, modern, "alice");
        await era.BeginAsync();
        return era;
    }

    // The token lives longer than what is held.
    private static async Task<(HttpResponseMessage Response, Task<List<string>> Lines)> CallAsync(TestGateway gateway, bool modern,
        ManualTimeProvider clock)
    {
        var token = gateway.Token(life: TimeSpan.FromMinutes(50));
        var request = modern
            ? gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", token)
            : gateway.Post("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}""", token,
            ("Mcp-Session-Id", await gateway.InitializeAsync(token)));
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
        var sent = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await HostFixture.HeldAsync(gateway);
        await Eventually.AdvancedAsync(clock, Step, sent);
        var response = await sent;
        return (response, ReadAsync(response));
    }

    // A connection of its own, which closes while the call is held.
    private static async Task CallAndLeaveAsync(TestGateway gateway, Era era)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var leaving = new CancellationTokenSource();
        var call = client.SendAsync(era.Request("tools/call", "\"name\":\"echo\"", "echo"), leaving.Token);
        await HostFixture.HeldAsync(gateway);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    private static async Task<List<string>> ReadAsync(HttpResponseMessage response)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        List<string> lines = [];
        while (await reader.ReadLineAsync() is { } line) lines.Add(line);
        return lines;
    }

    private static async Task PassAsync(ManualTimeProvider clock, TimeSpan time)
    {
        var until = clock.GetUtcNow() + time;
        while (clock.GetUtcNow() < until)
        {
            clock.Advance(Step);
            await Eventually.MomentAsync(Task.Delay(Timeout.Infinite));
        }
    }

    private static async Task<IReadOnlyDictionary<string, string>> StatusAsync(TestGateway gateway) =>
        (await GatewayAdministration.ControlOf(gateway.Host).HandleAsync(new ControlRequest { Verb = "status" }, Own)).Facts!;

    private static PeerAccount Own => new(1, PeerAccount.OwnUserId());

    private static async Task EndAsync(TestGateway gateway, ManualTimeProvider clock, string end, Task call)
    {
        switch (end)
        {
            case "deadline" or "expiry":
                await Eventually.AdvancedAsync(clock, Step, call);
                break;
            case "drain":
                var drained = gateway.Host.DrainAsync(TimeSpan.FromMinutes(1));
                await Eventually.AdvancedAsync(clock, TimeSpan.FromMilliseconds(50), drained);
                break;
            default:
                clock.Advance(TimeSpan.FromSeconds(1));
                var request = end == "session"
                    ? new ControlRequest
                    { Verb = "session.revoke", Session = Assert.Single(gateway.Host.Sessions.Entries).Binding.Uid, AdminToken = gateway.AdminToken() }
                    : new ControlRequest { Verb = "session.revoke", Subject = "alice", AdminToken = gateway.AdminToken() };
                var reply = await GatewayAdministration.ControlOf(gateway.Host).HandleAsync(request, Own);
                Assert.True(reply.Ok, reply.Message);
                break;
        }
    }

    private static async Task CancelAsync(Era era, TestGateway gateway, int id)
    {
        var (status, _, _) =
            await gateway.CallAsync(era.Notify($"{{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{{\"requestId\":{id}}}}}"));
        Assert.Equal(System.Net.HttpStatusCode.Accepted, status);
    }

    private static async Task<(JsonElement Answer, bool FromServer)> OtherAsync(FakeWrapper wrapper, bool modern)
    {
        if (modern) return (await wrapper.HearJsonAsync(), false); // lists are answered by the host
        await wrapper.ChildAnswersAsync(await wrapper.ChildHearsJsonAsync(), "{}");
        return (await wrapper.HearJsonAsync(), true);
    }
}
