using System.Net;
using System.Text.Json;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests;

/// <summary>How a server answers <c>subscriptions/listen</c>, and what of it reaches the client.</summary>
[Trait("Requirement", "H28")]
[Trait("NoRetry", "yes")]
public sealed class SubscriptionReplyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("1", "1")]
    [InlineData("\"1\"", "1")]
    public async Task ASubscriptionIdInAnotherType_ReachesTheClientAsItsOwn(string stamped, string expected)
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("subscriptions/listen", (context, _) => RecordingUpstream.Events(context, $"data: {Acknowledged(stamped)}\n\n"));
        var (status, _, response) = await gateway.CallAsync(Listen(gateway));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains($"\"io.modelcontextprotocol/subscriptionId\":{expected}}}", await response.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("\"2\"")]
    [InlineData("\"01\"")]
    [InlineData("\"1.0\"")]
    [InlineData("\"\"")]
    public async Task AnotherSubscriptionsId_IsDropped_AndTheClientHasItsHeadAllTheSame(string stamped)
    {
        await using var gateway = await TestGateway.StartAsync();
        var done = new TaskCompletionSource();
        gateway.Upstream.On("subscriptions/listen", async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync($"data: {Acknowledged(stamped)}\n\n");
            await context.Response.Body.FlushAsync();
            await done.Task;
        });
        using var client = new HttpClient();
        using var head = await client.SendAsync(Listen(gateway), HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        done.SetResult();
        Assert.DoesNotContain("acknowledged", await head.Content.ReadAsStringAsync().WaitAsync(Patience), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AStreamUnderAnotherMediaType_IsRefusedWithItsName(bool ends)
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        gateway.Upstream.On("subscriptions/listen", async (context, _) =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(Acknowledged("1") + "\n" + Acknowledged("1") + "\n");
            await context.Response.Body.FlushAsync();
            if (!ends) await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var call = gateway.CallAsync(Listen(gateway));
        for (var seconds = 0; seconds < 250 && !call.IsCompleted; seconds++)
        {
            if (gateway.Upstream.Of("subscriptions/listen").Count > 0) clock.Advance(TimeSpan.FromSeconds(1));
            await Eventually.MomentAsync(call);
        }

        var (status, body, _) = await call.WaitAsync(Patience);
        Assert.Equal((HttpStatusCode.BadGateway, "GH7003"), (status, body.GetProperty("error").GetProperty("data").GetProperty("code").GetString()));
        var parts = gateway.EntriesWithEnded(1)[^1].GetProperty("parts").EnumerateArray()
            .Select(p => p.TryGetProperty("detail", out var detail) ? detail.GetString() : null);
        Assert.Contains("media type application/json in answer to subscriptions/listen", parts);
    }

    // A server that cancels its subscription does not always close the stream, and may still send on it.
    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(30, false)] // beyond the rate of notifications
    public async Task CancellationByTheServer_EndsTheStream_WithNothingAfterIt(int before, bool isTagged)
    {
        await using var gateway = await TestGateway.StartAsync(
            settings => settings with { Servers = [settings.Servers[0] with { Notifications = new Rate(10, TimeSpan.FromHours(1)) }] });
        var left = new TaskCompletionSource();
        gateway.Upstream.On("subscriptions/listen", async (context, message) =>
        {
            using var gone = context.RequestAborted.Register(left.SetResult);
            var id = message.GetProperty("id").GetRawText();
            var meta = $"\"_meta\":{{\"io.modelcontextprotocol/subscriptionId\":{id}}}";
            var changed = $"data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\",\"params\":{{{meta}}}}}\n\n";
            var log = $"data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{{\"level\":\"info\",\"data\":\"x\",{meta}}}}}\n\n";
            var end = $"data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{{\"requestId\":{id}{(isTagged ? "," + meta : "")}}}}}\n\n";
            await RecordingUpstream.Events(context, [$"data: {Acknowledged(id)}\n\n", .. Enumerable.Repeat(log, before), end, changed]);
            await left.Task;
        });
        var (_, _, response) = await gateway.CallAsync(Listen(gateway)).WaitAsync(Patience);
        var text = await response.Content.ReadAsStringAsync().WaitAsync(Patience);
        Assert.Contains("\"requestId\":1", Assert.Single(text.Split('\n'), line => line.Contains("notifications/cancelled", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        Assert.DoesNotContain("list_changed", text, StringComparison.Ordinal);
        await left.Task.WaitAsync(Patience); // the server's stream is closed too
    }

    [Theory]
    [InlineData("2")]
    [InlineData("\"1\"")]
    public async Task CancellationOfAnotherRequest_IsDropped_AndTheSubscriptionContinues(string id)
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("subscriptions/listen", (context, _) => RecordingUpstream.Events(context, $"data: {Acknowledged("1")}\n\n",
            $"data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{{\"requestId\":{id}}}}}\n\n",
            "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":1}}}\n\n"));
        var (_, _, response) = await gateway.CallAsync(Listen(gateway)).WaitAsync(Patience);
        var text = await response.Content.ReadAsStringAsync().WaitAsync(Patience);
        Assert.DoesNotContain("notifications/cancelled", text, StringComparison.Ordinal);
        Assert.Contains("list_changed", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARefusalInOneMessage_ReachesTheClient()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("subscriptions/listen", (context, message) => RecordingUpstream.Json(
            context, $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"error\":{{\"code\":-32601,\"message\":\"Method not "
                + $"found\"}}}}"));
        var (_, body, _) = await gateway.CallAsync(Listen(gateway));
        Assert.Equal(-32601, body.GetProperty("error").GetProperty("code").GetInt32());
    }

    private static string Acknowledged(string id) =>
        $"{{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":{{\"notifications\":{{}},\"_meta\":{{\"io.modelcontextprotocol/subscriptionId\":{id}}}}}}}";

    private static HttpRequestMessage Listen(TestGateway gateway) =>
        gateway.Modern("subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}", token: gateway.Token(life: TimeSpan.FromHours(1)));
}
