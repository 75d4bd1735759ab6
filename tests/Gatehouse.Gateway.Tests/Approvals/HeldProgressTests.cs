using System.Text.Json;
using Gatehouse.Gateway.Tests.Holding;
using Gatehouse.Gateway.Tests.Local;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>
/// While a call waits for a person, a client that gave a token gets progress of the gateway. It rises from 0 in steps so small that the progress of
/// the server continues above it.
/// </summary>
[Trait("Requirement", "AZ-04")]
public sealed class HeldProgressTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Progress_RisesFromZero_AndTheServersContinuesAboveIt(bool modern)
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock, change: LongHold);
        asking.Gateway.Upstream.On("tools/call", (context, message) => RecordingUpstream.Events(
            context, Progress("0"), Progress("1e-9"), Progress("0.000000001"), Progress("-4"), Progress("1e-300"), Progress("0.5"), Progress("3"),
            $"data: {{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"content\":[]}}}}\n\n"));
        var session = modern ? null : await asking.Gateway.InitializeAsync();
        var (response, reader) = await HeldAsync(asking, session, "\"t-1\"");
        var row = await asking.OpenAsync();
        string[] sent = [await NextAsync(clock, reader), await NextAsync(clock, reader), await NextAsync(clock, reader)];
        Assert.Equal(
            ["0", "0.000000001", "0.000000002"],
            sent.Select(static line => Parameters(line).GetProperty("progress").GetRawText()));
        Assert.All(sent, line =>
        {
            var parameters = Parameters(line);
            Assert.Equal(("t-1", $"Waiting for an approval ({row.Id})."),
                (parameters.GetProperty("progressToken").GetString(), parameters.GetProperty("message").GetString()));
            Assert.False(parameters.TryGetProperty("total", out _));
        });
        await asking.AnswerAsync(row);
        string[] rest = [await OfServerAsync(reader), await OfServerAsync(reader), await OfServerAsync(reader)];
        Assert.Equal(["0.5", "3"], rest[..2].Select(static line => Parameters(line).GetProperty("progress").GetRawText()));
        Assert.Contains("\"result\"", rest[2], StringComparison.Ordinal);
        var dropped = asking.Gateway.EndedEntryOf(response).GetProperty("parts").EnumerateArray()
            .Where(static part => part.TryGetProperty("detail", out var detail) && detail.GetString() == "progress-not-rising");
        Assert.Equal(5, dropped.Sum(static part => part.TryGetProperty("count", out var count) ? count.GetInt32() : 1));
        response.Dispose();
    }

    // Behind a wrapper the child has a token of the gateway's own, and its client has its own.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OnStdio_ProgressRises_AndTheChildsContinuesAboveIt(bool modern)
    {
        var (clock, approvals) = (new ManualTimeProvider(TimeProvider.System.GetUtcNow()), new WaitingApprovals());
        await using var fixture = await LocalHostFixture.StartAsync(
            "version: 1\nlock: { firstUse: off }\n", clock, HostFixture.With(approvals, HostFixture.Asks));
        await using var wrapper = await fixture.WrapAsync();
        if (!modern) await wrapper.InitializeAsync();
        var era = modern
            ? ",\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}" : "";
        await wrapper.SayAsync("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"work\",\"arguments\":{},"
            + $"\"_meta\":{{\"progressToken\":\"t-1\"{era}}}}}}}");
        await wrapper.GiveToolsAsync();
        await Eventually.TrueAsync(() => fixture.Host.Core.Registry.Held == 1, "the call is held");
        string[] heard = [await HearAsync(), await HearAsync()];
        approvals.Answer(ApprovalOutcome.Approved);
        var call = await wrapper.ChildHearsJsonAsync();
        var token = call.GetProperty("params").GetProperty("_meta").GetProperty("progressToken").GetRawText();
        Assert.NotEqual("\"t-1\"", token); // the child's channel has the gateway's own
        foreach (var value in new[] { "0", "1e-9", "0.5" })
            await wrapper.ChildPrintsAsync(Progress(value).Replace("\"t-1\"", token, StringComparison.Ordinal)["data: ".Length..].TrimEnd() + "\n");
        await wrapper.ChildAnswersAsync(call, """{"resultType":"complete","content":[]}""");
        string last;
        do last = (await wrapper.HearAsync())!;
        while (IsOfGateway(last));
        heard = [.. heard, last];
        Assert.Equal(["0", "0.000000001", "0.5"], heard.Select(static line => Parameters(line).GetProperty("progress").GetRawText()));
        Assert.All(heard, static line => Assert.Equal("t-1", Parameters(line).GetProperty("progressToken").GetString()));
        Assert.True((await wrapper.HearJsonAsync()).TryGetProperty("result", out _));

        async Task<string> HearAsync()
        {
            var line = wrapper.HearAsync();
            await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(1), line);
            return (await line)!;
        }
    }

    [Fact]
    public async Task WithoutAToken_TheClientGetsOnlyComments()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock, change: LongHold);
        var (response, reader) = await HeldAsync(asking, session: null, token: null);
        Assert.StartsWith(":", await NextLineAsync(clock, reader), StringComparison.Ordinal);
        await asking.AnswerAsync(await asking.OpenAsync());
        Assert.Contains("\"result\"", await DataAsync(reader), StringComparison.Ordinal);
        response.Dispose();
    }

    // A call that was not held has the progress of its server as it is.
    [Fact]
    public async Task CallThatWaitsForNobody_HasTheServersProgressAlone()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock, change: LongHold);
        asking.Gateway.Upstream.On("tools/call", (context, message) => RecordingUpstream.Events(
            context, "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":7,\"progress\":0}}\n\n",
            $"data: {{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"content\":[]}}}}\n\n"));
        var (held, _) = await HeldAsync(asking, session: null, "7");
        var row = await asking.OpenAsync();
        held.Dispose(); // the client leaves, and its question stays
        await asking.Gateway.NothingUnderWayAsync();
        await asking.AnswerAsync(row);
        using var response = await SendAsync(asking, session: null, "7");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("0", Parameters(await DataAsync(reader)).GetProperty("progress").GetRawText());
        Assert.Contains("\"result\"", await DataAsync(reader), StringComparison.Ordinal);
    }

    // A stream that was lost and resumed goes on with the same rule.
    [Fact]
    public async Task ProgressOnAResumedStream_ContinuesAboveItToo()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingGateway.StartAsync(time: clock, change: LongHold);
        asking.Gateway.Upstream.On("tools/call", (context, _) => RecordingUpstream.Events(context, "id: e1\ndata: {}\n\n"));
        asking.Gateway.Upstream.On("GET", (context, _) => RecordingUpstream.Events(
            context, Progress("0"), Progress("0.5"), "data: {\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{\"content\":[]}}\n\n"));
        var session = await asking.Gateway.InitializeAsync();
        var (response, reader) = await HeldAsync(asking, session, "\"t-1\"");
        await asking.AnswerAsync(await asking.OpenAsync());
        var lost = await reader.ReadToEndAsync();
        response.Dispose();
        var position = lost.Split('\n').Last(static line => line.StartsWith("id: ", StringComparison.Ordinal))["id: ".Length..].Trim();
        using var resumed = await asking.Gateway.SendAsync(
            asking.Gateway.Get(null, ("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25"), ("Last-Event-ID", position)));
        using var rest = new StreamReader(await resumed.Content.ReadAsStreamAsync());
        Assert.Equal("0.5", Parameters(await DataAsync(rest)).GetProperty("progress").GetRawText());
        Assert.Contains("\"result\"", await DataAsync(rest), StringComparison.Ordinal);
    }

    private static string Progress(string value) =>
        $"data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{{\"progressToken\":\"t-1\",\"progress\":{value}}}}}\n\n";

    private static GatewaySettings LongHold(GatewaySettings settings) =>
        settings with { Approvals = settings.Approvals with { Hold = TimeSpan.FromMinutes(4) } };

    private static async Task<(HttpResponseMessage Response, StreamReader Reader)> HeldAsync(AskingGateway asking, string? session, string? token)
    {
        var clock = (ManualTimeProvider)asking.Gateway.Host.Core.Services.Options.Time;
        var sending = SendAsync(asking, session, token);
        await asking.HeldAsync();
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(1), sending); // the first sign of life opens the stream
        var response = await sending;
        return (response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    private static async Task<HttpResponseMessage> SendAsync(AskingGateway asking, string? session, string? token)
    {
        var meta = token is null ? "" : $"\"progressToken\":{token}";
        List<(string, string)> headers = [];
        if (session is null)
        {
            meta += (meta.Length > 0 ? "," : "")
                + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}";
            headers = [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/call"), ("Mcp-Name", "echo")];
        }
        else
        {
            headers.Add(("Mcp-Session-Id", session));
        }

        var body = $"{{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"tools/call\",\"params\":{{{AskingGateway.Echo()},\"_meta\":{{{meta}}}}}}}";
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        return await client.SendAsync(asking.Gateway.Post(body, null, [.. headers]), HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task<string> NextAsync(ManualTimeProvider clock, StreamReader reader)
    {
        var line = DataAsync(reader);
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(1), line);
        return await line;
    }

    private static async Task<string> NextLineAsync(ManualTimeProvider clock, StreamReader reader)
    {
        var line = reader.ReadLineAsync();
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(1), line);
        return (await line)!;
    }

    private static async Task<string> DataAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data: {", StringComparison.Ordinal)) return line["data: ".Length..];
        }

        throw new EndOfStreamException("the stream ended");
    }

    // The clock moves on while a line is on its way, so that the gateway may have sent one line more than was read.
    private static async Task<string> OfServerAsync(StreamReader reader)
    {
        string line;
        do line = await DataAsync(reader);
        while (IsOfGateway(line));
        return line;
    }

    private static bool IsOfGateway(string line) => line.Contains("Waiting for an approval", StringComparison.Ordinal);

    private static JsonElement Parameters(string line) => JsonDocument.Parse(line).RootElement.GetProperty("params");
}
