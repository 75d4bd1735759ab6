using System.Net;
using System.Text.Json;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests.Limits;

/// <summary>Every request has a hard limit that progress does not move, and the server hears of it (H33).</summary>
[Trait("Requirement", "EX-03")]
public sealed class DeadlineTests
{
    private const string Progress =
        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":\"p\",\"progress\":1}}\n\n";
    private readonly ManualTimeProvider clock = new();

    [Fact]
    [Trait("Requirement", "H19")]
    [Trait("Requirement", "H33")]
    public async Task ProgressWithoutEnd_IsCutAtTheDeadline()
    {
        await using var gateway = await StartAsync(s => s with { Deadline = TimeSpan.FromSeconds(60), Idle = TimeSpan.FromSeconds(20) });
        using var more = new SemaphoreSlim(1);
        gateway.Upstream.On("tools/call", async (context, _) =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await WaitAsync(more, context);
                await RecordingUpstream.Events(context, Progress);
            }
        });
        var handle = await gateway.InitializeAsync();
        using var stream = await gateway.SendAsync(gateway.Post(
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","_meta":{"progressToken":"p"}}}""", null,
            ("Mcp-Session-Id", handle)));
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync());
        for (var seconds = 0; seconds < 50; seconds += 10)
        {
            Assert.Contains("notifications/progress", await NextEventAsync(reader), StringComparison.Ordinal);
            clock.Advance(TimeSpan.FromSeconds(10));
            more.Release();
        }

        Assert.Contains("notifications/progress", await NextEventAsync(reader), StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Contains("GH7002", await NextEventAsync(reader), StringComparison.Ordinal);
        Assert.Equal("deadline", Detail(gateway));
    }

    [Fact]
    public async Task AToolsOwnDeadline_CountsInsteadOfTheServers()
    {
        await using var gateway =
            await StartAsync(s =>
                s with { Deadline = TimeSpan.FromMinutes(5), ToolDeadlines = [new ToolDeadline(["ec*"], TimeSpan.FromSeconds(5))] });
        Hang(gateway, "tools/call");
        var call = CallAsync(gateway);
        await Eventually.TrueAsync(() => gateway.Upstream.Of("tools/call").Count == 1, "the call is at the server");
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.GatewayTimeout, (await call).Status);
    }

    [Fact]
    public async Task AServerThatDoesNotBegin_IsCutAtTheTimeForTheFirstByte()
    {
        await using var gateway = await StartAsync(s => s with { FirstByte = TimeSpan.FromSeconds(7) });
        Hang(gateway, "tools/call");
        var call = CallAsync(gateway);
        await Eventually.TrueAsync(() => gateway.Upstream.Of("tools/call").Count == 1, "the call is at the server");
        clock.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(HttpStatusCode.GatewayTimeout, (await call).Status);
        Assert.Equal("limits.firstByte", Detail(gateway));
    }

    [Fact]
    public async Task ASilentStream_IsCutWhenItWasIdleForTooLong()
    {
        await using var gateway = await StartAsync(s => s with { FirstByte = TimeSpan.FromSeconds(60), Idle = TimeSpan.FromSeconds(7) });
        gateway.Upstream.On("tools/call", async (context, _) =>
        {
            await RecordingUpstream.Events(context, Progress);
            await Forever(context);
        });
        using var stream = await gateway.SendAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
        var text = stream.Content.ReadAsStringAsync();
        // The clock moves until the expectation that follows the first event has begun and is over.
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(1), text);
        Assert.Contains("GH7002", await text, StringComparison.Ordinal);
        Assert.Equal("limits.idle", Detail(gateway));
    }

    [Fact]
    public async Task InTheLegacyEra_TheServerIsToldByANotification()
    {
        await using var gateway = await StartAsync(s => s with { Deadline = TimeSpan.FromSeconds(5) });
        Hang(gateway, "tools/call");
        var handle = await gateway.InitializeAsync();
        var call = gateway.CallAsync(
            gateway.Post("""{"jsonrpc":"2.0","id":"x-1","method":"tools/call","params":{"name":"echo"}}""", null, ("Mcp-Session-Id", handle)));
        await Eventually.TrueAsync(() => gateway.Upstream.Of("tools/call").Count == 1, "the call is at the server");
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.GatewayTimeout, (await call).Status);
        await Eventually.TrueAsync(() => gateway.Upstream.Of("notifications/cancelled").Count == 1, "the server is told");
        using var told = JsonDocument.Parse(gateway.Upstream.Of("notifications/cancelled")[0].Text);
        Assert.Equal("x-1", told.RootElement.GetProperty("params").GetProperty("requestId").GetString());
        Assert.Contains(gateway.Upstream.Of("notifications/cancelled")[0].Headers,
            h => h.Key == "Mcp-Session-Id" && h.Value.StartsWith("upstream-session-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task InTheModernEra_TheConnectionCloses()
    {
        await using var gateway = await StartAsync(s => s with { Deadline = TimeSpan.FromSeconds(5) });
        var closed = new TaskCompletionSource();
        gateway.Upstream.On("tools/call", async (context, _) =>
        {
            await Forever(context);
            closed.SetResult();
        });
        var call = CallAsync(gateway);
        await Eventually.TrueAsync(() => gateway.Upstream.Of("tools/call").Count == 1, "the call is at the server");
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.GatewayTimeout, (await call).Status);
        await closed.Task.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Empty(gateway.Upstream.Of("notifications/cancelled"));
    }

    private Task<TestGateway> StartAsync(Func<ServerSettings, ServerSettings> change) =>
        TestGateway.StartAsync(s => s with { Servers = [change(s.Servers[0])] }, clock);

    private static Task<(HttpStatusCode Status, JsonElement, HttpResponseMessage)> CallAsync(TestGateway gateway) =>
        gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));

    private static void Hang(TestGateway gateway, string method) => gateway.Upstream.On(method, (context, _) => Forever(context));

    private static async Task<string> NextEventAsync(StreamReader reader)
    {
        while (true)
        {
            var line = await reader.ReadLineAsync() ?? throw new EndOfStreamException();
            if (line.StartsWith("data:", StringComparison.Ordinal)) return line;
        }
    }

    private static Task Forever(HttpContext context) =>
        Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    private static Task WaitAsync(SemaphoreSlim more, HttpContext context) =>
        more.WaitAsync(context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    // Which limit it was stands in the event.
    private static string? Detail(TestGateway gateway)
    {
        string? Find() => gateway.Entries()
            .Where(e => e.TryGetProperty("parts", out _))
            .SelectMany(e => e.GetProperty("parts").EnumerateArray())
            .Where(p => p.GetProperty("kind").GetString() == "limit" && p.GetProperty("reason").GetString() == "upstream-timeout")
            .Select(p => p.GetProperty("detail").GetString()).FirstOrDefault();
        Assert.True(SpinWait.SpinUntil(() => Find() is not null, TimeSpan.FromMinutes(2)), "the event names no limit");
        return Find();
    }
}
