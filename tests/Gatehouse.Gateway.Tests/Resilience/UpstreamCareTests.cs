using System.Net;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Tests.Upstreams;
using Gatehouse.Ipc;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Gatehouse.Text;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests.Resilience;

/// <summary>A server that is busy, hangs, flaps or forgets: what is repeated, what never is, and what a caller learns.</summary>
[Trait("Requirement", "EX-04")]
[Trait("NoRetry", "yes")]
public sealed class UpstreamCareTests
{
    private const string Read = """{"jsonrpc":"2.0","id":1,"method":"ping"}""";
    private const string Call = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}""";

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task AReadingMethod_IsSentAgain_WhenTheServerIsBusy(int status)
    {
        await using var gateway = await StartAsync();
        Flap(gateway, "ping", failures: 2, status);
        var (answered, body, _) = await gateway.CallAsync(gateway.Post(Read));
        Assert.Equal(HttpStatusCode.OK, answered);
        Assert.True(body.TryGetProperty("result", out _));
        Assert.Equal(3, gateway.Upstream.Of("ping").Count);
    }

    [Theory]
    [InlineData(429, "")]
    [InlineData(503, "")]
    [InlineData(503, "\"annotations\":{\"readOnlyHint\":true,\"idempotentHint\":true},")]
    public async Task ACallOfATool_IsNeverSentAgain_WhateverTheServerSaysOfIt(int status, string annotations)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.OnResult("tools/list", "{\"tools\":[{\"name\":\"echo\"," + annotations + "\"inputSchema\":{\"type\":\"object\"}}]}");
        await gateway.CallAsync(gateway.Post("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}"""));
        Flap(gateway, "tools/call", failures: 1, status, retryAfter: "7");
        var (answered, body, response) = await gateway.CallAsync(gateway.Post(Call));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answered);
        var data = body.GetProperty("error").GetProperty("data");
        Assert.Equal(("GH7009", 7000), (data.GetProperty("code").GetString(), data.GetProperty("retryAfterMs").GetInt32()));
        Assert.Equal(TimeSpan.FromSeconds(7), response.Headers.RetryAfter!.Delta);
        Assert.Single(gateway.Upstream.Of("tools/call"));
    }

    [Fact]
    public async Task ALongRetryAfter_IsNotWaitedFor_ButPassedOn()
    {
        await using var gateway = await StartAsync();
        Flap(gateway, "ping", failures: 1, 503, retryAfter: "100000");
        var (status, _, response) = await gateway.CallAsync(gateway.Post(Read));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal(TimeSpan.FromHours(1), response.Headers.RetryAfter!.Delta); // at most an hour
        Assert.Single(gateway.Upstream.Of("ping"));
    }

    [Fact]
    public async Task ShortRetryAfter_IsWaitedFor_OnTheInjectedClock()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await StartAsync(clock: clock);
        Flap(gateway, "ping", failures: 1, 503, retryAfter: "4");
        var call = gateway.CallAsync(gateway.Post(Read));
        await Eventually.TrueAsync(() => gateway.Upstream.Of("ping").Count == 1, "the request is at the server");
        var advanced = TimeSpan.Zero;
        while (!call.IsCompleted)
        {
            if (gateway.Upstream.Of("ping").Count > 1) break;
            clock.Advance(TimeSpan.FromMilliseconds(3900)); // the wait may begin after the first step
            advanced += TimeSpan.FromMilliseconds(3900);
            await Eventually.MomentAsync(call);
        }

        Assert.True(advanced > TimeSpan.FromSeconds(4));
        Assert.Equal(HttpStatusCode.OK, (await call).Status);
    }

    // A caller without any right makes the gateway ask the server whether it issues session ids; what the server answers to that closes it to nobody.
    [Fact]
    public async Task QuestionsOfTheGateway_ThatAnybodyCanProvoke_OpenNoBreaker()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("initialize", (context, _) =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"))).Status);
        for (var i = 0; i < 10; i++) await gateway.CallAsync(
            gateway.Post("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", gateway.Token("mallory")));
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"))).Status);
        Assert.InRange(gateway.Upstream.Of("initialize").Count, 1, 6); // a failed handshake is not repeated for each of them
    }

    [Fact]
    public async Task WhatNeverLeft_IsSentAgain_EvenACall()
    {
        // Nobody listens at first; the listener comes while the gateway waits between its attempts, on a clock that stands still meanwhile.
        var port = LoopbackPorts.Next();
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(s => s with
        {
            Servers = [s.Servers[0] with
                { Http = new HttpUpstreamSettings { Url = new Uri($"http://127.0.0.1:{port}/mcp"), Retries = 5, BreakAfter = 0 } }],
        }, clock);
        var call = gateway.CallAsync(gateway.Post(Call));
        await using var listener =
            await RecordingUpstream.StartAsync(port, static server => server.WithoutSessions().OnResult("tools/call", """{"content":[]}"""));
        // No faster than real time, in which the attempts themselves go on: their limits are on the same clock.
        await Eventually.AdvancedAsync(clock, TimeSpan.FromMilliseconds(20), call);
        Assert.Equal(HttpStatusCode.OK, (await call).Status);
        Assert.Single(listener.Of("tools/call"));
    }

    [Fact]
    public async Task ACallWhoseConnectionBreaks_IsNotSentAgain()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("tools/call", (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        Assert.Equal(HttpStatusCode.BadGateway, (await gateway.CallAsync(gateway.Post(Call))).Status);
        Assert.Single(gateway.Upstream.Of("tools/call"));
        gateway.Upstream.On("ping", (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        Assert.Equal(HttpStatusCode.BadGateway, (await gateway.CallAsync(gateway.Post(Read))).Status);
        Assert.Equal(3, gateway.Upstream.Of("ping").Count); // reading: once and two repetitions
    }

    [Fact]
    public async Task AFailingServer_IsLeftAlone_TriedOnce_AndBack()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await StartAsync(http => http with { BreakAfter = 3, BreakFor = TimeSpan.FromSeconds(10) }, clock);
        Flap(gateway, "tools/call", failures: 3, 503);
        Flap(gateway, "server/discover", failures: 1, 503); // the gateway asks itself, because all failures are one caller's
        for (var i = 0; i < 3; i++) Assert.Equal("GH7009", Code((await gateway.CallAsync(gateway.Post(Call))).Body));
        await Eventually.TrueAsync(
            async () => (await StatusAsync(gateway))["server.up"].StartsWith("resting ", StringComparison.Ordinal), "the state of the server");
        var (status, body, response) = await gateway.CallAsync(gateway.Post(Call));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "GH7010"), (status, Code(body)));
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 10, 15);
        Assert.Equal(3, gateway.Upstream.Of("tools/call").Count); // nothing was sent
        Assert.StartsWith("resting ", (await StatusAsync(gateway))["server.up"], StringComparison.Ordinal);
        Assert.Single(gateway.Diagnostics.Split('\n'), static line => line.Contains("server up: it failed repeatedly", StringComparison.Ordinal));
        Assert.DoesNotContain("server up: it answers again", gateway.Diagnostics, StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(Call, gateway.Token()))).Status);
        Assert.Equal("answering", (await StatusAsync(gateway))["server.up"]);
        Assert.Single(gateway.Diagnostics.Split('\n'), static line => line.Contains("server up: it answers again", StringComparison.Ordinal));
        Assert.DoesNotContain("resting", response.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerOfWhichEachCallFails_SaysHowManyWhenAndWhy_UntilItAnswersOne()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await StartAsync(http => http with { BreakAfter = 0, Retries = 0 }, clock);
        gateway.Upstream.On("ping", static (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        for (var i = 0; i < 8; i++) await gateway.CallAsync(gateway.Post(Read, gateway.Token(life: TimeSpan.FromHours(1))));
        // Whether the end came before or within the answer is the system's affair.
        Assert.Matches($"^no answer yet; 8 calls failed, the last at {Moments.Words(clock.GetUtcNow())}: GH700[15] upstream-(ended|unreachable)",
            (await StatusAsync(gateway))["server.up"]);
        gateway.Upstream.On("ping", static (context, _) => RecordingUpstream.Json(context, """{"refused":true}""", 500));
        await gateway.CallAsync(gateway.Post(Read, gateway.Token(life: TimeSpan.FromHours(1))));
        Assert.EndsWith(": GH7004 upstream-refused, status 500", (await StatusAsync(gateway))["server.up"], StringComparison.Ordinal);
        gateway.Upstream.OnResult("ping", "{}");
        await gateway.CallAsync(gateway.Post(Read, gateway.Token(life: TimeSpan.FromHours(1))));
        Assert.Equal("answering", (await StatusAsync(gateway))["server.up"]);
    }

    // A server tells why in its body; without it, the operator has the status alone.
    [Theory]
    [InlineData("database\u202e down ", " database\\u{202E} down")]
    [InlineData("", "")]
    public async Task WhatAServerSaysOfItsFault_IsInTheRecord_AndNotInTheLogOrTheAnswer(string body, string words)
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.On("ping", (context, _) => RecordingUpstream.Json(context, body, 500));
        var (_, answer, _) = await gateway.CallAsync(gateway.Post(Read));
        Assert.Equal("status 500" + words, Refused(gateway));
        Assert.DoesNotContain("database", answer.GetRawText() + gateway.Diagnostics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhatAServerSaysOfItsFault_IsCut_AndHasNoToken(bool hasToken)
    {
        await using var gateway = await StartAsync();
        var start = new string('y', 100) + " ";
        var body = start + (hasToken ? "gha_0123456789-ABCDEFGHIJKLMNOPQRST_abcdefghijk " : "") + new string('x', 100_000);
        gateway.Upstream.On("ping", (context, _) => RecordingUpstream.Json(context, body, 500));
        await gateway.CallAsync(gateway.Post(Read));
        Assert.Equal("status 500 " + (hasToken ? "(token removed)" : start + new string('x', 155) + "…"), Refused(gateway));
    }

    [Fact]
    public async Task AServerThatHangs_IsLeftAloneToo()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await StartAsync(http => http with { BreakAfter = 2 }, clock);
        gateway.Upstream.On("ping", Hang);
        gateway.Upstream.On("server/discover", Hang);
        for (var i = 1; i <= 2; i++)
        {
            var call = gateway.CallAsync(gateway.Post(Read, gateway.Token(life: TimeSpan.FromHours(1))));
            await Eventually.TrueAsync(() => gateway.Upstream.Of("ping").Count == i, "the request is at the server");
            clock.Advance(TimeSpan.FromMinutes(5));
            Assert.Equal(HttpStatusCode.GatewayTimeout, (await call).Status);
        }

        await Eventually.TrueAsync(() => gateway.Upstream.Of("server/discover").Count == 1, "the server was asked");
        clock.Advance(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(
            async () => (await StatusAsync(gateway))["server.up"].StartsWith("resting", StringComparison.Ordinal), "the state of the server");
        Assert.Equal("GH7010", Code((await gateway.CallAsync(gateway.Post(Read))).Body));
    }

    [Fact]
    public async Task OneCallersFailures_CloseTheServerToNobody_WhileItAnswersTheGateway()
    {
        await using var gateway = await StartAsync(http => http with { BreakAfter = 2 });
        gateway.Upstream.On("tools/call", (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        for (var i = 0; i < 20; i++) Assert.Equal("GH7005", await BrokenAsync(gateway, "alice"));
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(Read, gateway.Token("bob")))).Status);
        Assert.InRange(gateway.Upstream.Of("server/discover").Count, 1, 10); // one question for each row of failures
    }

    [Fact]
    public async Task FailuresOfTwoCallers_NeedNoFurtherQuestion()
    {
        await using var gateway = await StartAsync(http => http with { BreakAfter = 2, BreakFor = TimeSpan.FromMinutes(5) });
        gateway.Upstream.On("tools/call", (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await BrokenAsync(gateway, "alice");
        await BrokenAsync(gateway, "bob");
        Assert.Equal("GH7010", Code((await gateway.CallAsync(gateway.Post(Read))).Body));
        Assert.Empty(gateway.Upstream.Of("server/discover"));
    }

    [Fact]
    public async Task ATrial_IsTheGatewaysOwnQuestion_WhichNoCallerCanMakeFail()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await StartAsync(http => http with { BreakAfter = 1 }, clock);
        var down = true;
        gateway.Upstream.On("server/discover", (context, _) =>
        {
            if (!down) return RecordingUpstream.Json(context, "{}", 404);
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        Flap(gateway, "tools/call", failures: int.MaxValue, 503);
        await gateway.CallAsync(gateway.Post(Call));
        await Eventually.TrueAsync(
            async () => (await StatusAsync(gateway))["server.up"].StartsWith("resting", StringComparison.Ordinal), "the state of the server");
        down = false;
        clock.Advance(TimeSpan.FromSeconds(15));
        // hers fails still
        Assert.Equal("GH7009", Code((await gateway.CallAsync(gateway.Post(Call, gateway.Token("alice", life: TimeSpan.FromHours(1))))).Body));
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(Read, gateway.Token("bob", life: TimeSpan.FromHours(1))))).Status);
    }

    // The gateway's own question needs no right: one who answers that it has none is there.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task ATrial_NeedsNoCredential_WhereTheSourceHasNoneForTheGateway(int failedTrials)
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(
            s => s with { Servers = [s.Servers[0] with { Stateless = true, Http = s.Servers[0].Http! with { BreakAfter = 1, Retries = 0 } }] }, clock,
            options: given => given with { UpstreamCredentials = new CallerCredentials { RefusesTheGateway = true } });
        Flap(gateway, "ping", failures: 1, 503);
        var trials = 0;
        gateway.Upstream.On("server/discover", (context, _) =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref trials) <= failedTrials ? 503 : 401;
            return Task.CompletedTask;
        });
        Assert.Equal("GH7009", Code((await gateway.CallAsync(gateway.Post(Read, gateway.Token("alice")))).Body));
        var settled = failedTrials == 0 ? "answering" : "resting";
        await Eventually.TrueAsync(
            async () => (await StatusAsync(gateway))["server.up"].StartsWith(settled, StringComparison.Ordinal), "the state of the server");
        clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(Read, gateway.Token("bob", life: TimeSpan.FromHours(1))))).Status);
        Assert.Equal(failedTrials + 1, gateway.Upstream.Of("server/discover").Count);
        Assert.DoesNotContain(gateway.Upstream.Of("server/discover"), trial => trial.Headers.Any(header => header.Key == "Authorization"));
    }

    [Theory]
    [InlineData("server/discover")]
    [InlineData("tools/list")]
    [Trait("Requirement", "T19")]
    public async Task AParameterHeaderThatCannotBeWritten_IsRefusedForEveryMethod_AndSaysNothingOfTheServer(string method)
    {
        await using var gateway = await StartAsync(http => http with { BreakAfter = 1 });
        var body = $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{method}\",\"params\":{{\"_meta\":{{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{{}}}}}}}}";
        foreach (var line in new[] { "Mcp-Param-X: \u00e9", "Mcp-Param-X: a\r\nMcp-Param-X: b" })
        {
            var request = $"POST {gateway.Url.AbsolutePath} HTTP/1.1\r\nHost: {gateway.Url.Authority}\r\nAuthorization: Bearer {gateway.Token("alice")}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\nMcp-Method: {method}\r\n{line}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";
            Assert.Contains("GH3010", await RawHttp.SendAsync(gateway.Url, System.Text.Encoding.UTF8.GetBytes(request)), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(gateway.Upstream.Of(method),
            r => r.Headers.Any(h => h.Key.StartsWith("Mcp-Param", StringComparison.OrdinalIgnoreCase)));
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(Read, gateway.Token("bob")))).Status);
    }

    [Fact]
    public async Task ManagementListener_ShowsTheServers_AndCallersLearnNothing()
    {
        var port = LoopbackPorts.Next();
        await using var gateway =
            await TestGateway.StartAsync(s => s with
            { Management = new ManagementSettings { Url = new Uri($"http://127.0.0.1:{port}"), OpensUpstreams = true } });
        await gateway.CallAsync(gateway.Post(Read));
        using var operators = await gateway.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{port}/upstreams")));
        Assert.Equal("up: answering\n", await operators.Content.ReadAsStringAsync());
        using var caller = await gateway.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Url, "/upstreams")));
        Assert.Equal(HttpStatusCode.NotFound, caller.StatusCode);
    }

    [Fact]
    [Trait("Requirement", "L06")]
    public async Task AForgottenSessionOfAStatelessServer_IsBegunAnewUnseen_OnceForAll()
    {
        await using var gateway = await StartAsync(stateless: true);
        var handle = await gateway.InitializeAsync();
        var alive = new HashSet<string>();
        var begun = 0;
        gateway.Upstream.On("initialize", (context, message) =>
        {
            var id = $"fresh-{Interlocked.Increment(ref begun)}";
            lock (alive) alive.Add(id);
            context.Response.Headers["Mcp-Session-Id"] = id;
            return RecordingUpstream.Json(context,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{{}},\"serverInfo\":{{\"name\":\"r\",\"version\":\"1\"}}}}}}");
        });
        gateway.Upstream.On("tools/call", (context, message) =>
        {
            bool known;
            lock (alive) known = alive.Contains(context.Request.Headers["Mcp-Session-Id"].ToString());
            if (known) return RecordingUpstream.Json(context, """{"jsonrpc":"2.0","id":1,"result":{"content":[]}}""");
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        var calls = Enumerable.Range(0, 8)
            .Select(i => gateway.CallAsync(
            gateway.Post(Call.Replace("\"id\":1", $"\"id\":{i}", StringComparison.Ordinal), null, ("Mcp-Session-Id", handle)))).ToList();
        // the stand-in answers the id 1 alone
        Assert.All(await Task.WhenAll(calls), c => Assert.True(c.Status is HttpStatusCode.OK or HttpStatusCode.BadGateway, c.Status.ToString()));
        Assert.Equal(1, begun);
        Assert.Single(gateway.Upstream.Of("notifications/initialized"));
        // as the client declared
        Assert.Contains("\"sampling\":{},\"elicitation\":{}", gateway.Upstream.Of("initialize")[^1].Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(Call, null, ("Mcp-Session-Id", handle)))).Status);
        Assert.Equal("fresh-1", gateway.Upstream.Of("tools/call")[^1].Headers.Single(h => h.Key == "Mcp-Session-Id").Value);

        lock (alive) alive.Clear(); // it forgets again
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(Call, null, ("Mcp-Session-Id", handle)))).Status);
        Assert.Equal(2, begun);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OtherwiseTheClientLearnsThatItsSessionIsGone(bool stateless)
    {
        await using var gateway = await StartAsync(stateless: stateless);
        var handle = await gateway.InitializeAsync();
        gateway.Upstream.On("tools/call", (context, _) =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        var (status, body, _) = await gateway.CallAsync(gateway.Post(Call, null, ("Mcp-Session-Id", handle)));
        Assert.Equal((HttpStatusCode.NotFound, "GH5002"), (status, Code(body)));
        Assert.Equal(stateless ? 2 : 1, gateway.Upstream.Of("tools/call").Count); // at most once more, never a loop
    }

    // What is asked of the server in these tests is what they are about: a stateless one is not asked first whether it issues session ids.
    private static Task<TestGateway> StartAsync(Func<HttpUpstreamSettings, HttpUpstreamSettings>? change = null, TimeProvider? clock = null,
        bool stateless = true) =>
        TestGateway.StartAsync(
            s => s with { Servers = [s.Servers[0] with { Stateless = stateless, Http = change?.Invoke(s.Servers[0].Http!) ?? s.Servers[0].Http }] },
            clock);

    private static Task Hang(HttpContext context, JsonElement message) =>
        Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    private static async Task<string?> BrokenAsync(TestGateway gateway, string who)
    {
        var (status, body, _) = await gateway.CallAsync(gateway.Post(Call, gateway.Token(who)));
        Assert.Equal(HttpStatusCode.BadGateway, status);
        return Code(body) == "GH7001" ? "GH7005" : Code(body); // whether the end came before or within the answer is the system's affair
    }

    private static string Refused(TestGateway gateway) => gateway.EntriesWithEnded(1).Where(static entry => entry.TryGetProperty("parts", out _))
        .SelectMany(static entry => entry.GetProperty("parts").EnumerateArray())
        .Single(static part => part.TryGetProperty("reason", out var reason) && reason.GetString() == "upstream-refused")
        .GetProperty("detail").GetString()!;

    private static void Flap(TestGateway gateway, string method, int failures, int status, string? retryAfter = null)
    {
        var left = failures;
        gateway.Upstream.On(method, (context, message) =>
        {
            if (Interlocked.Decrement(ref left) >= 0)
            {
                context.Response.StatusCode = status;
                if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
                return Task.CompletedTask;
            }

            return RecordingUpstream.Json(context,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"tools\":[],\"content\":[]}}}}");
        });
    }

    // Whatever is asked, the answer has a result for it.
    private static string? Code(JsonElement body) => body.GetProperty("error").GetProperty("data").GetProperty("code").GetString();

    private static async Task<IReadOnlyDictionary<string, string>> StatusAsync(TestGateway gateway) =>
        (await GatewayAdministration.ControlOf(gateway.Host).HandleAsync(new ShowStatus(), new PeerAccount(1, 0))).As<StatusReport>().Facts;
}
