using Gatehouse.Gateway.Tests.Containment;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Messages;

/// <summary>
/// A client uses the id of a request again, and resumes the stream of the earlier request. The threat: an answer that was refused, or that belongs to
/// a contained tool, is judged as the answer to the later request (CWE-863).
/// </summary>
[Trait("Requirement", "ST-02")]
public sealed class ReusedRequestIdTests
{
    private const string Text = "ANSWER-OF-ECHO";

    private readonly TaskCompletionSource ending = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnswerOfAContainedTool_IsRefused(bool isReused)
    {
        await using var gateway = await StartAsync($$$"""{"content":[{"type":"text","text":"{{{Text}}}"}]}""");
        var session = await gateway.InitializeAsync();
        var position = await LoseAsync(gateway, session, "echo");
        await new ContainmentDesk(gateway).ContainAsync("tool", "echo");
        await gateway.NothingUnderWayAsync();
        if (isReused) await LoseAsync(gateway, session, "secret");
        Assert.Contains("GH9010", await ResumeAsync(gateway, session, position), StringComparison.Ordinal);
        ending.TrySetResult();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnswerThatWasRefused_IsRefusedAgain(bool isReused)
    {
        await using var gateway = await StartAsync($$$"""{"content":[],"structuredContent":{"{{{Text}}}":1}}""");
        gateway.Upstream.OnResult("tools/list",
            """
            {"tools":[{"name":"echo","inputSchema":{"type":"object"},"outputSchema":{"type":"object","required":["n"],"additionalProperties":false,
            "properties":{"n":{"type":"integer"}}}},{"name":"secret","inputSchema":{"type":"object"}}]}
            """);
        var session = await gateway.InitializeAsync();
        var position = await LoseAsync(gateway, session, "echo");
        Assert.Contains("GH8004", await ResumeAsync(gateway, session, position), StringComparison.Ordinal);
        await gateway.NothingUnderWayAsync();
        if (isReused) await LoseAsync(gateway, session, "secret");
        Assert.Contains("GH8004", await ResumeAsync(gateway, session, position), StringComparison.Ordinal);
        ending.TrySetResult();
    }

    // The server keeps the answer to echo, and sends it on the stream that resumes that call.
    private async Task<TestGateway> StartAsync(string answer)
    {
        var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("tools/call", async (context, message) =>
        {
            var tool = message.GetProperty("params").GetProperty("name").GetString();
            await RecordingUpstream.Events(context, $"id: {tool}-1\ndata:\n\n");
            await ending.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        gateway.Upstream.On("GET", async (context, _) =>
        {
            if (context.Request.Headers["Last-Event-ID"].ToString() == "echo-1")
                await RecordingUpstream.Events(context, $$$"""
                    id: echo-2
                    data: {"jsonrpc":"2.0","id":"a","result":{{{answer}}}}


                    """);
        });
        return gateway;
    }

    private static async Task<string> LoseAsync(TestGateway gateway, string session, string tool)
    {
        var call = $$$"""{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"{{{tool}}}"}}""";
        using var response = await gateway.SendAsync(gateway.Post(call, null, ("Mcp-Session-Id", session)));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (true)
        {
            var line = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)) ?? throw new EndOfStreamException();
            if (line.StartsWith("id: ", StringComparison.Ordinal)) return line[4..];
        }
    }

    private static async Task<string> ResumeAsync(TestGateway gateway, string session, string position)
    {
        var request = gateway.Get(null, ("Mcp-Session-Id", session), ("Last-Event-ID", position));
        using var response = await gateway.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.DoesNotContain(Text, text, StringComparison.Ordinal);
        return text;
    }
}
