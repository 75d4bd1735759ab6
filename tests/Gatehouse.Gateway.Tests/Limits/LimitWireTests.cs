using System.Net;
using System.Text.Json;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Limits;

/// <summary>Each limit reached from outside: what a caller gets, what the record says, and that nothing went to the server.</summary>
[Trait("Requirement", "EX-03")]
public sealed class LimitWireTests
{
    [Fact]
    [Trait("Requirement", "H18")]
    public async Task ARate_RefusesWithWaitAndNamesItsRuleInTheRecord()
    {
        await using var gateway =
            await StartAsync(new LimitRule
            { Id = "each-person", Per = LimitParties.Caller, Requests = new Rate(2, TimeSpan.FromHours(1)), Burst = 2 });
        for (var i = 0; i < 2; i++) Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(Call(gateway))).Status);
        var (status, body, response) = await gateway.CallAsync(Call(gateway));
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        var error = body.GetProperty("error");
        Assert.Equal(4101, error.GetProperty("code").GetInt32());
        Assert.Equal("GH4101", error.GetProperty("data").GetProperty("code").GetString());
        Assert.InRange(error.GetProperty("data").GetProperty("retryAfterMs").GetInt64(), 1_700_000, 1_800_000);
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1700, 1800);
        Assert.Equal(2, gateway.Upstream.Of("tools/call").Count);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(Call(gateway, "bob"))).Status);
        var ended = gateway.EntriesWithEnded(4).Single(e => e.TryGetProperty("code", out var code) && code.GetString() == "GH4101");
        var part = ended.GetProperty("parts").EnumerateArray().Single(p => p.GetProperty("kind").GetString() == "limit");
        Assert.Equal(("deny", "rate-limited", "each-person"), (Text(part, "outcome"), Text(part, "reason"), Text(part, "detail")));
    }

    [Theory]
    [InlineData("tools/list", "")]
    [InlineData("resources/list", "")]
    [InlineData("completion/complete", "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"p\"},\"argument\":{\"name\":\"a\",\"value\":\"\"}")]
    public async Task EveryMethodThatIsForwarded_IsCharged(string method, string parameters)
    {
        await using var gateway = await StartAsync(new LimitRule { Id = "day", Per = LimitParties.Caller, Daily = 1 });
        gateway.Upstream.OnResult("prompts/list", """{"resultType":"complete","prompts":[{"name":"p"}],"ttlMs":0,"cacheScope":"public"}""");
        await gateway.CallAsync(gateway.Modern(method, parameters));
        var (status, body, _) = await gateway.CallAsync(gateway.Modern(method, parameters));
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Equal("GH4102", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
    }

    [Fact]
    public async Task RefusedBeforeAuthentication_IsNotChargedToTheCallerItClaims()
    {
        await using var gateway = await StartAsync(new LimitRule { Id = "day", Per = LimitParties.Caller, Daily = 1 });
        for (var i = 0; i < 5; i++) Assert.Equal(HttpStatusCode.Unauthorized,
            (await gateway.CallAsync(gateway.Modern("tools/list", token: gateway.Token() + "x"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/list"))).Status);
    }

    [Fact]
    public async Task BytesOfAnAnswer_EndTheDaysBytes()
    {
        await using var gateway = await StartAsync(new LimitRule { Id = "bytes", Per = LimitParties.Caller, BytesPerDay = 5000 });
        gateway.Upstream.OnResult("tools/call",
            "{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"" + new string('x', 10_000) + "\"}]}");
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(Call(gateway))).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await gateway.CallAsync(Call(gateway))).Status);
    }

    [Fact]
    public async Task AnEndlessStream_EndsWhenTheDaysBytesAreSpent()
    {
        await using var gateway = await StartAsync(new LimitRule { Id = "bytes", Per = LimitParties.Caller, BytesPerDay = 20_000 });
        gateway.Upstream.On("GET", async (context, _) =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await RecordingUpstream.Events(context,
                    "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":\""
                        + new string('x', 1000) + "\"}}\n\n");
        });
        var handle = await gateway.InitializeAsync();
        var (_, _, response) = await gateway.CallAsync(gateway.Get(null, ("Mcp-Session-Id", handle))).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.InRange((await response.Content.ReadAsStringAsync()).Length, 15_000, 25_000);
    }

    [Fact]
    public async Task RequestsUnderWay_AreBoundedByTheRule_AndGivenBack()
    {
        await using var gateway = await StartAsync(new LimitRule { Id = "one", Per = LimitParties.Caller, Concurrent = 1 });
        var go = new TaskCompletionSource();
        gateway.Upstream.On("tools/call", async (context, _) =>
        {
            await go.Task;
            await RecordingUpstream.Json(context, """{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[]}}""");
        });
        var first = gateway.CallAsync(Call(gateway));
        await Eventually.TrueAsync(() => gateway.Upstream.Of("tools/call").Count == 1, "the call is at the server");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await gateway.CallAsync(Call(gateway))).Status);
        go.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await first).Status);
        for (var i = 0; i < 3; i++)
        {
            await gateway.NothingUnderWayAsync(); // the place is given back behind the answer
            Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(Call(gateway))).Status);
        }
    }

    [Fact]
    public async Task TheDaysCount_SurvivesARestart()
    {
        var state = Directory.CreateTempSubdirectory("gatehouse-quota-");
        var clock = new ManualTimeProvider();
        clock.SetUtcNow(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
        var rule = new LimitRule { Id = "day", Per = LimitParties.Caller, Daily = 2 };
        var address = new Uri($"http://127.0.0.1:{LoopbackPorts.Next()}"); // the issuer's name, and with it the caller, stays the same
        GatewaySettings Settings(GatewaySettings s) =>
            s with { PublicUrl = address, Listen = new ListenSettings { Url = address }, LimitRules = [rule], StateDirectory = state.FullName };
        for (var restart = 0; restart < 3; restart++)
        {
            await using var gateway = await TestGateway.StartAsync(Settings, clock, keepState: true);
            var status = (await gateway.CallAsync(Call(gateway))).Status;
            Assert.Equal(restart < 2 ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests, status);
        }

        clock.Advance(TimeSpan.FromDays(1));
        await using (var next = await TestGateway.StartAsync(Settings, clock, keepState: true))
            Assert.Equal(HttpStatusCode.OK, (await next.CallAsync(Call(next))).Status);
        state.Delete(recursive: true);
    }

    [Fact]
    public async Task AServersPlaces_AreGivenInTurn_AndTheLineIsBounded()
    {
        await using var gateway = await TestGateway.StartAsync(
            s => s with { Servers = [s.Servers[0] with { Concurrency = 1, QueuePerCaller = 3, QueueWait = TimeSpan.FromMinutes(2) }] });
        var go = new SemaphoreSlim(0);
        gateway.Upstream.On("tools/call", async (context, _) =>
        {
            await go.WaitAsync();
            await RecordingUpstream.Json(context, """{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[]}}""");
        });
        int Waiting() => gateway.Host.Registry.Waiting("up");
        List<Task<(HttpStatusCode Status, JsonElement, HttpResponseMessage)>> calls = [gateway.CallAsync(Call(gateway))];
        await Eventually.TrueAsync(() => gateway.Upstream.Of("tools/call").Count == 1, "the call is at the server");
        for (var i = 0; i < 3; i++) calls.Add(gateway.CallAsync(Call(gateway)));
        await Eventually.TrueAsync(() => Waiting() == 3, "three calls wait for a place");
        var (status, body, response) = await gateway.CallAsync(Call(gateway));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "GH1013"),
            (status, body.GetProperty("error").GetProperty("data").GetProperty("code").GetString()));
        Assert.NotNull(response.Headers.RetryAfter);
        var bob = gateway.CallAsync(Call(gateway, "bob", "\"name\":\"secret\"", "secret"));
        await Eventually.TrueAsync(() => Waiting() == 4, "four calls wait for a place");
        go.Release(5);
        Assert.Equal(HttpStatusCode.OK, (await bob).Status);
        Assert.All(await Task.WhenAll(calls), call => Assert.Equal(HttpStatusCode.OK, call.Status));
        // One call of hers was under way and one had the next turn; the third turn is his, before two of hers that came earlier.
        var arrived = gateway.Upstream.Of("tools/call").Select(r => r.Text.Contains("\"secret\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, arrived.IndexOf(true));
    }

    [Fact]
    public async Task WhoWaitsTooLongForAPlace_IsRefused()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(s => s with { Servers = [s.Servers[0] with { Concurrency = 1 }] }, clock);
        var go = new TaskCompletionSource();
        gateway.Upstream.On("tools/call", async (context, _) =>
        {
            await go.Task;
            await RecordingUpstream.Json(context, """{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[]}}""");
        });
        var first = gateway.CallAsync(Call(gateway));
        await Eventually.TrueAsync(() => gateway.Upstream.Of("tools/call").Count == 1, "the call is at the server");
        var second = gateway.CallAsync(Call(gateway, "bob"));
        await Eventually.TrueAsync(() => gateway.Host.Registry.Waiting("up") == 1, "the call waits for a place");
        // A request is counted as waiting before its time begins: one step of the clock could come between them.
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(1), second);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await second).Status);
        go.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await first).Status);
        Assert.Single(gateway.Upstream.Of("tools/call"));
    }

    private static Task<TestGateway> StartAsync(LimitRule rule) => TestGateway.StartAsync(s => s with { LimitRules = [rule] });

    private static HttpRequestMessage Call(TestGateway gateway, string subject = "alice", string parameters = "\"name\":\"echo\"",
        string name = "echo") =>
        gateway.Modern("tools/call", parameters, name, gateway.Token(subject));

    private static string? Text(JsonElement part, string name) => part.GetProperty(name).GetString();
}
