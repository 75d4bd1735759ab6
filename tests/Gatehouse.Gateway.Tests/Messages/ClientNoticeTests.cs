using System.Net;
using System.Text.Json;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Messages;

/// <summary>Notifications of clients that name something: only what is the caller's own and under way (ST-07, G18).</summary>
[Trait("Requirement", "ST-07")]
[Trait("NoRetry", "yes")]
public sealed class ClientNoticeTests
{
    private const string Progress =
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":\"p-1\",\"progress\":1}}";

    // Both know the id 7: one has a request of it under way, the other names it.
    [Fact]
    [Trait("Requirement", "L13")]
    public async Task Cancellation_CrossesForARequestOfTheSameSessionAlone()
    {
        await using var gateway = await TestGateway.StartAsync();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Upstream.On("tools/call", async (context, message) =>
        {
            begun.TrySetResult();
            await go.Task.WaitAsync(TimeSpan.FromMinutes(2));
            await RecordingUpstream.Json(context,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"content\":[]}}}}");
        });
        var alice = await gateway.InitializeAsync();
        var hers = await gateway.InitializeAsync(); // another session of hers
        var bob = await gateway.InitializeAsync(gateway.Token("bob"));
        var call = gateway.CallAsync(
            gateway.Post("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo"}}""", null, ("Mcp-Session-Id", alice)));
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(2));
        foreach (var (session, subject, id) in new[]
            { (bob, "bob", "7"), (hers, "alice", "7"), (alice, "alice", "8"), (alice, "alice", "\"7\""), (alice, "alice", "null"),
                (alice, "alice", "{}") })
            Assert.Equal(HttpStatusCode.Accepted,
                (await gateway.SendAsync(gateway.Post(Cancel(id), gateway.Token(subject), ("Mcp-Session-Id", session)))).StatusCode);
        Assert.Empty(gateway.Upstream.Of("notifications/cancelled"));
        Assert.Equal(HttpStatusCode.Accepted, (await gateway.SendAsync(gateway.Post(Cancel("7"), null, ("Mcp-Session-Id", alice)))).StatusCode);
        Assert.Equal("7", JsonDocument.Parse(Assert.Single(gateway.Upstream.Of("notifications/cancelled")).Text).RootElement.GetProperty("params")
            .GetProperty("requestId").GetRawText());
        go.SetResult();
        await call;
        await gateway.NothingUnderWayAsync(); // its id is known until its end, which follows the answer
        // What has ended cannot be taken back.
        await gateway.SendAsync(gateway.Post(Cancel("7"), null, ("Mcp-Session-Id", alice)));
        Assert.Single(gateway.Upstream.Of("notifications/cancelled"));
        Assert.Equal(
            ["cancels-no-request", "cancels-no-request", "cancels-no-request-of-the-session", "cancels-no-request-of-the-session",
                "cancels-no-request-of-the-session", "cancels-no-request-of-the-session", "cancels-no-request-of-the-session"],
            Dropped(gateway, 12).Order(StringComparer.Ordinal));
    }

    // Without a session the id means nothing to an HTTP server, or another caller's request; a modern client closes its stream.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "X06")]
    public async Task CancellationWithoutASession_ReachesNoServer_AndNoTaskEndsByIt(bool modern)
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("initialize",
            (context, message) =>
                RecordingUpstream.Json(context,
                    $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{{}},\"serverInfo\":{{\"name\":\"r\",\"version\":\"1\"}}}}}}"));
        if (modern)
        {
            var tasks = new Era(gateway, modern: true, "alice");
            await tasks.BeginAsync("""{"extensions":{"io.modelcontextprotocol/tasks":{}}}""");
            gateway.Upstream.OnResult("tools/call", """{"resultType":"task","taskId":"t-1","status":"working"}""");
            gateway.Upstream.OnResult("tasks/get", """{"resultType":"complete","taskId":"t-1","status":"working"}""");
            await tasks.AskAsync("tools/call", "\"name\":\"echo\"", "echo");
            Assert.Equal(HttpStatusCode.Accepted,
                (await gateway.SendAsync(Modern(gateway, "notifications/cancelled", $"\"requestId\":{tasks.LastId}"))).StatusCode);
            Assert.Equal("working",
                (await tasks.AskAsync("tasks/get", "\"taskId\":\"t-1\"", "t-1")).GetProperty("result").GetProperty("status").GetString());
        }
        else
        {
            await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody));
            Assert.Equal(HttpStatusCode.Accepted, (await gateway.SendAsync(gateway.Post(Cancel("7")))).StatusCode);
        }

        Assert.Empty(gateway.Upstream.Of("notifications/cancelled"));
        Assert.Empty(gateway.Upstream.Of("tasks/cancel"));
        Assert.Equal(["cancels-without-a-session"], Dropped(gateway, modern ? 3 : 2));
    }

    [Fact]
    [Trait("Requirement", "H34")]
    public async Task Progress_CrossesForAQuestionOfTheServerThatWaits()
    {
        await using var gateway = await TestGateway.StartAsync();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Upstream.On("tools/call", async (context, message) =>
        {
            await RecordingUpstream.Events(context,
                "data: {\"jsonrpc\":\"2.0\",\"id\":500,\"method\":\"sampling/createMessage\",\"params\":{\"messages\":[],\"maxTokens\":1,\"_meta\":{\"progressToken\":\"p-1\"}}}\n\n");
            asked.TrySetResult();
            await go.Task.WaitAsync(TimeSpan.FromMinutes(2));
            await RecordingUpstream.Events(context,
                $"data: {{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"content\":[]}}}}\n\n");
        });
        var alice = await gateway.InitializeAsync();
        var bob = await gateway.InitializeAsync(gateway.Token("bob"));
        await gateway.SendAsync(gateway.Post(Progress, null, ("Mcp-Session-Id", alice))); // before it was asked
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        var call = gateway.SendAsync(
            gateway.Post("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo"}}""", null, ("Mcp-Session-Id", alice)));
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(2));
        await gateway.SendAsync(gateway.Post(Progress, gateway.Token("bob"), ("Mcp-Session-Id", bob)));
        Assert.Empty(gateway.Upstream.Of("notifications/progress"));
        // Until the gateway has passed the question on, its token is not known.
        Assert.True(SpinWait.SpinUntil(() =>
        {
            gateway.SendAsync(gateway.Post(Progress, null, ("Mcp-Session-Id", alice))).GetAwaiter().GetResult();
            return gateway.Upstream.Of("notifications/progress").Count > 0;
        }, TimeSpan.FromMinutes(2)));
        var passed = gateway.Upstream.Of("notifications/progress").Count;
        await gateway.SendAsync(
            gateway.Post("""{"jsonrpc":"2.0","id":500,"result":{"role":"assistant","model":"m","content":{"type":"text","text":"x"}}}""", null,
                ("Mcp-Session-Id", alice)));
        go.SetResult();
        await call;
        await gateway.SendAsync(gateway.Post(Progress, null, ("Mcp-Session-Id", alice))); // after it was answered
        Assert.Equal(passed, gateway.Upstream.Of("notifications/progress").Count);
        Assert.Equal(HttpStatusCode.Accepted,
            (await gateway.SendAsync(Modern(gateway, "notifications/progress", "\"progressToken\":\"p-1\",\"progress\":1"))).StatusCode);
        Assert.Equal(passed, gateway.Upstream.Of("notifications/progress").Count);
    }

    // A server takes back what it asked, not what the client asked.
    [Fact]
    public async Task ServersCancellation_ReachesTheClientForAQuestionOfTheServerAlone()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("tools/call", (context, message) => RecordingUpstream.Events(
            context,
            "data: " + Cancel("6") + "\n\n",
            "data: {\"jsonrpc\":\"2.0\",\"id\":500,\"method\":\"sampling/createMessage\",\"params\":{\"messages\":[],\"maxTokens\":1}}\n\n",
            "data: " + Cancel("500") + "\n\n",
            $"data: {{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"content\":[]}}}}\n\n"));
        var session = await gateway.InitializeAsync();
        var text = await (await gateway.SendAsync(
            gateway.Post("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo"}}""",
                null, ("Mcp-Session-Id", session)))).Content.ReadAsStringAsync();
        Assert.Equal("500", Assert.Single(text.Split("\n\n"), part => part.Contains("notifications/cancelled", StringComparison.Ordinal))
            .Split("\"requestId\":")[1].TrimEnd('}'));
    }

    private static HttpRequestMessage Modern(TestGateway gateway, string method, string parameters) => gateway.Post(
        $"{{\"jsonrpc\":\"2.0\",\"method\":\"{method}\",\"params\":{{{parameters},\"_meta\":{{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{{}}}}}}}}",
        null, ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method));

    private static string Cancel(string id) => $"{{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{{\"requestId\":{id}}}}}";

    private static IReadOnlyList<string> Dropped(TestGateway gateway, int ended) =>
    [
        .. gateway.EntriesWithEnded(ended).Where(entry => entry.GetProperty("kind").GetString() == "ended" && entry.TryGetProperty("parts", out _))
            .SelectMany(entry => entry.GetProperty("parts").EnumerateArray())
            .Where(part => part.TryGetProperty("reason", out var reason) && reason.GetString() == "client-notification")
            .Select(part => part.GetProperty("detail").GetString()!),
    ];
}
