using System.Net;
using System.Threading.Channels;
using Gatehouse.Gateway.Tests.Behaviour;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests.Messages;

/// <summary>
/// A request in progress whose client lost its stream and resumed it: the exchange of the request and the resumed stream end together, whichever of
/// them the server answers (ST-02).
/// </summary>
[Trait("Requirement", "ST-02")]
[Trait("NoRetry", "yes")]
public sealed class ResumedRequestTests : IDisposable
{
    private const string Answer = "id: e9\ndata: {\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{\"content\":[]}}\n\n";
    private const string Question = "data: {\"jsonrpc\":\"2.0\",\"id\":\"q1\",\"method\":\"sampling/createMessage\",\"params\":{}}\n\n";
    private readonly ManualTimeProvider clock = new();
    private readonly Channel<string> frames = Channel.CreateUnbounded<string>();
    private readonly Channel<string> own = Channel.CreateUnbounded<string>(); // on the stream of the request
    private readonly CancellationTokenSource ending = new();
    private int open; // resumed streams at the server

    // Threat: a client repeats its request after a lost connection. The refusal of the copy dropped the answer to the original.
    [Fact]
    [Trait("Requirement", "T37")]
    public async Task RefusedCopyOfTheRequest_DoesNotTakeItsAnswer()
    {
        await using var gateway = await StartAsync();
        var session = await gateway.InitializeAsync();
        var position = await LoseAsync(gateway, session);
        var copy = await gateway.CallAsync(gateway.Post(Call, null, ("Mcp-Session-Id", session)));
        Assert.Equal("GH3016", copy.Body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        using var resumed = await ResumeAsync(gateway, session, position);
        frames.Writer.TryWrite(Answer);
        Assert.Contains("\"content\":[]", await TextAsync(resumed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnswerOnTheResumedStream_EndsTheExchangeOfTheRequest_WithoutACancellation()
    {
        await using var gateway = await StartAsync();
        var session = await gateway.InitializeAsync();
        var position = await LoseAsync(gateway, session);
        using var resumed = await ResumeAsync(gateway, session, position);
        frames.Writer.TryWrite(Answer);
        Assert.Contains("\"content\":[]", await TextAsync(resumed), StringComparison.Ordinal);
        await gateway.NothingUnderWayAsync(); // the clock has not moved: no deadline ended it
        Assert.Empty(gateway.Upstream.Of("notifications/cancelled"));
        var entry = gateway.EntriesWithEnded(3).Single(e => e.GetProperty("kind").GetString() == "ended"
            && e.TryGetProperty("method", out var method) && method.GetString() == "tools/call");
        Assert.False(entry.TryGetProperty("code", out _));
        Assert.Contains(entry.GetProperty("parts").EnumerateArray(), part =>
            part.GetProperty("outcome").GetString() == "join" && part.GetProperty("reason").GetString() == "answered-on-another-stream");
        await LoseAsync(gateway, session); // the id of the request is free again
    }

    // The threat: a server answers on the stream that the client lost, and the resumed one waits without limit.
    [Fact]
    public async Task AnswerOnTheLostStream_EndsTheResumedOne_AndTheClientGetsItWhenItResumesAgain()
    {
        await using var gateway = await StartAsync();
        var session = await gateway.InitializeAsync();
        var position = await LoseAsync(gateway, session);
        using var resumed = await ResumeAsync(gateway, session, position);
        own.Writer.TryWrite(Answer);
        Assert.DoesNotContain("\"content\"", await TextAsync(resumed), StringComparison.Ordinal);
        await gateway.NothingUnderWayAsync(); // the clock has not moved
        Assert.False(gateway.EndedEntryOf(resumed).TryGetProperty("code", out _));
        using var again = await ResumeAsync(gateway, session, position);
        frames.Writer.TryWrite(Answer);
        Assert.Contains("\"content\":[]", await TextAsync(again), StringComparison.Ordinal);
    }

    // The threat: an answer that a rule refuses on the resumed stream reaches no one, and the next resumed stream waits without limit.
    [Fact]
    public async Task AnswerThatIsRefusedOnTheResumedStream_IsAnErrorThere_AndLater()
    {
        await using var gateway = await StartAsync();
        gateway.Upstream.OnResult("tools/list", "{\"tools\":[" + SchemaFixture.Tool("echo", """{"type":"object"}""", SchemaFixture.Weather) + "]}");
        var session = await gateway.InitializeAsync();
        var position = await LoseAsync(gateway, session);
        for (var time = 0; time < 2; time++)
        {
            using var resumed = await ResumeAsync(gateway, session, position);
            frames.Writer.TryWrite(Answer); // without the structured content that the tool declares
            var text = await TextAsync(resumed);
            Assert.Contains("\"id\":\"a\"", text, StringComparison.Ordinal);
            Assert.Contains("GH8004", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Requirement", "H33")]
    public async Task DeadlineOfTheRequest_IsAnErrorOnTheResumedStream_AlsoWhenItIsResumedLater()
    {
        await using var gateway = await StartAsync(s => s with { Deadline = TimeSpan.FromSeconds(20) });
        var session = await gateway.InitializeAsync();
        var position = await LoseAsync(gateway, session);
        using var resumed = await ResumeAsync(gateway, session, position);
        clock.Advance(TimeSpan.FromSeconds(20));
        var text = await TextAsync(resumed);
        Assert.Contains("\"id\":\"a\"", text, StringComparison.Ordinal);
        Assert.Contains("GH7002", text, StringComparison.Ordinal);
        Assert.Equal("GH7002", gateway.EndedEntryOf(resumed).GetProperty("code").GetString());
        await Eventually.TrueAsync(() => gateway.Upstream.Of("notifications/cancelled").Count == 1, "the server gets the cancellation");
        frames.Writer.TryWrite(Answer); // too late
        using var later = await ResumeAsync(gateway, session, position);
        text = await TextAsync(later);
        Assert.Contains("GH7002", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"content\":[]", text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "EX-03")]
    public async Task MessagesOnTheResumedStream_CountAgainstTheSilenceOfTheServer()
    {
        await using var gateway = await StartAsync(s => s with { Deadline = TimeSpan.FromMinutes(5), Idle = TimeSpan.FromSeconds(7) });
        var session = await gateway.InitializeAsync();
        var position = await LoseAsync(gateway, session);
        using var resumed = await ResumeAsync(gateway, session, position);
        using var reader = new StreamReader(await resumed.Content.ReadAsStreamAsync());
        for (var progress = 1; progress <= 4; progress++)
        {
            frames.Writer.TryWrite(
                $"data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{{\"progressToken\":\"p\",\"progress\":{progress}}}}}\n\n");
            await NextAsync(reader, $"\"progress\":{progress}");
            clock.Advance(TimeSpan.FromSeconds(5));
        }

        frames.Writer.TryWrite(Answer);
        await NextAsync(reader, "\"content\":[]");
        Assert.Empty(gateway.Upstream.Of("notifications/cancelled"));
    }

    [Fact]
    [Trait("Requirement", "EX-03")]
    public async Task SilenceOnBothStreams_EndsBoth()
    {
        await using var gateway = await StartAsync(s => s with { Deadline = TimeSpan.FromMinutes(5), Idle = TimeSpan.FromSeconds(7) });
        var session = await gateway.InitializeAsync();
        var position = await LoseAsync(gateway, session);
        using var resumed = await ResumeAsync(gateway, session, position);
        var text = resumed.Content.ReadAsStringAsync();
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(1), text);
        Assert.Contains("GH7002", await text, StringComparison.Ordinal);
    }

    // The threat: a server sends what a resumed stream missed again, with a question that has its answer. The person would be asked twice, or the
    // server would get a refusal after the answer (AZ-07).
    [Fact]
    [Trait("Requirement", "AZ-07")]
    public async Task QuestionThatWasAnswered_IsNotShownOnTheNextResumedStream_AndIsNotRefused()
    {
        await using var gateway = await StartAsync();
        var session = await gateway.InitializeAsync();
        var position = await LoseAsync(gateway, session);
        using (var first = await ResumeAsync(gateway, session, position))
        {
            using var reader = new StreamReader(await first.Content.ReadAsStreamAsync());
            frames.Writer.TryWrite(Question);
            await NextAsync(reader, "\"q1\"");
            var answer = gateway.Post("""{"jsonrpc":"2.0","id":"q1","result":{"role":"assistant"}}""", null, ("Mcp-Session-Id", session));
            Assert.Equal(HttpStatusCode.Accepted, (await gateway.CallAsync(answer)).Status);
        }

        await Eventually.TrueAsync(() => Volatile.Read(ref open) == 0, "the server has seen that the client lost the stream");
        using var second = await ResumeAsync(gateway, session, position);
        frames.Writer.TryWrite(Question);
        frames.Writer.TryWrite(Answer);
        var text = await TextAsync(second);
        Assert.DoesNotContain("\"q1\"", text, StringComparison.Ordinal);
        Assert.Contains("\"content\":[]", text, StringComparison.Ordinal);
        Assert.Contains(gateway.EndedEntryOf(second).GetProperty("parts").EnumerateArray(), part =>
            part.GetProperty("outcome").GetString() == "drop" && part.GetRawText().Contains("question-that-is-over", StringComparison.Ordinal));
        await gateway.NothingUnderWayAsync();
        Assert.DoesNotContain(gateway.Upstream.Received, received => received.Text.Contains("-32601", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        ending.Cancel();
        ending.Dispose();
    }

    private const string Call =
        """{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"echo","_meta":{"progressToken":"p"}}}""";

    private async Task<TestGateway> StartAsync(Func<ServerSettings, ServerSettings>? change = null)
    {
        var gateway = await TestGateway.StartAsync(s => s with { Servers = [change?.Invoke(s.Servers[0]) ?? s.Servers[0]] }, clock);
        gateway.Upstream.On("tools/call", async (context, _) =>
        {
            await RecordingUpstream.Events(context, "id: e1\ndata:\n\n");
            await SendAsync(context, own);
        });
        gateway.Upstream.On("GET", async (context, _) =>
        {
            await RecordingUpstream.Events(context, ": open\n\n");
            Interlocked.Increment(ref open);
            await SendAsync(context, frames);
            Interlocked.Decrement(ref open);
        });
        return gateway;
    }

    // Reads the position and leaves.
    private static async Task<string> LoseAsync(TestGateway gateway, string session)
    {
        using var response = await gateway.SendAsync(gateway.Post(Call, null, ("Mcp-Session-Id", session)));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        return (await NextAsync(reader, "id: "))["id: ".Length..];
    }

    private static async Task<HttpResponseMessage> ResumeAsync(TestGateway gateway, string session, string position)
    {
        var response = await gateway.SendAsync(gateway.Get(null, ("Mcp-Session-Id", session), ("Last-Event-ID", position)));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response;
    }

    private static Task<string> TextAsync(HttpResponseMessage stream) => stream.Content.ReadAsStringAsync().WaitAsync(TimeSpan.FromMinutes(1));

    private static async Task<string> NextAsync(StreamReader reader, string words)
    {
        while (true)
        {
            var line = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)) ?? throw new EndOfStreamException();
            if (line.Contains(words, StringComparison.Ordinal)) return line;
        }
    }

    private async Task SendAsync(HttpContext context, Channel<string> from)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, ending.Token);
        try
        {
            await foreach (var frame in from.Reader.ReadAllAsync(either.Token)) await RecordingUpstream.Events(context, frame);
        }
        catch (OperationCanceledException)
        {
            // The gateway left.
        }
    }
}
