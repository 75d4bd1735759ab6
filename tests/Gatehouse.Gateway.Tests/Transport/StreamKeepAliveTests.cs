using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests.Transport;

/// <summary>A proxy in front of the gateway that closes silent connections does not close the stream of a slow call.</summary>
public sealed class StreamKeepAliveTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AServerThatWorksInSilence_ItsClientGetsAComment_AndThenTheAnswer(bool modern)
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        var done = Silent(gateway, "tools/call");
        var era = new Era(gateway, modern, "alice");
        await era.BeginAsync();
        using var client = new HttpClient();
        using var response = await client.SendAsync(era.Request("tools/call", "\"name\":\"echo\"", "echo"), HttpCompletionOption.ResponseHeadersRead)
            .WaitAsync(Patience);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        for (var comments = 0; comments < 3; comments++)
        {
            var comment = reader.ReadLineAsync();
            await Eventually.AdvancedAsync(clock, Step, comment);
            Assert.Equal((":", ""), (await comment, await reader.ReadLineAsync().WaitAsync(Patience)));
        }

        done.SetResult();
        Assert.StartsWith("data: {", await reader.ReadLineAsync().WaitAsync(Patience), StringComparison.Ordinal);
        Assert.Equal("\n", await reader.ReadToEndAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task AListeningClient_GetsCommentsToo()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        var done = Silent(gateway, "GET");
        var era = new Era(gateway, modern: false, "alice");
        await era.BeginAsync();
        using var client = new HttpClient();
        using var response = await client.SendAsync(era.Listen(), HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var comment = reader.ReadLineAsync();
        await Eventually.AdvancedAsync(clock, Step, comment);
        Assert.Equal(":", await comment);
        done.SetResult();
    }

    [Fact]
    public async Task Comments_ExtendNoLimit()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(
            settings => settings with { Servers = [settings.Servers[0] with { Idle = TimeSpan.FromSeconds(40) }] }, clock);
        Silent(gateway, "tools/call", first: "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":\"p\",\"progress\":1}}\n\n");
        var era = new Era(gateway, modern: false, "alice");
        await era.BeginAsync();
        using var client = new HttpClient();
        using var response = await client.SendAsync(
            era.Request("tools/call", "\"name\":\"echo\",\"_meta\":{\"progressToken\":\"p\"}", "echo"), HttpCompletionOption.ResponseHeadersRead)
            .WaitAsync(Patience);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Contains("progress", await reader.ReadLineAsync().WaitAsync(Patience), StringComparison.Ordinal);
        await reader.ReadLineAsync().WaitAsync(Patience);
        var rest = reader.ReadToEndAsync();
        await Eventually.AdvancedAsync(clock, Step, rest);
        var text = await rest;
        Assert.Contains(":\n\n", text, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"GH7002\"", text, StringComparison.Ordinal);
    }

    // Answers with a stream at once, and says nothing on it until the source is set.
    private static TaskCompletionSource Silent(TestGateway gateway, string method, string first = "")
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Upstream.On(method, async (context, message) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(first);
            await context.Response.Body.FlushAsync();
            await done.Task.WaitAsync(context.RequestAborted);
            if (method == "GET") return;
            await RecordingUpstream.Events(context,
                $"data: {{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"content\":[]}}}}\n\n");
        });
        return done;
    }
}
