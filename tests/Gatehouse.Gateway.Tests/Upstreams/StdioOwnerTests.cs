using System.Text;
using System.Text.Json;
using Gatehouse.Gateway.Tests.Upstreams.Support;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Framing;
using Gatehouse.Protocol.Validation;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Gatehouse.Upstreams;

namespace Gatehouse.Gateway.Tests.Upstreams;

/// <summary>
/// What a local process asks, and who answers it. The threat: another caller of a shared process answers the confirmation of a caller, or is shown it
/// (CWE-639, CWE-863).
/// </summary>
[Trait("Requirement", "ST-07")]
[Trait("NoRetry", "yes")]
public sealed class StdioOwnerTests : IAsyncDisposable
{
    private const string Question = """{"jsonrpc":"2.0","id":0,"method":"elicitation/create","params":{"_meta":{"progressToken":"p"},"message":"Go on?"}}""";
    private const string Answer = """{"jsonrpc":"2.0","id":0,"result":{"action":"accept"}}""";

    private readonly PipedChannel channel = new();
    private readonly ServerSettings server = new() { Name = "s", Path = "/mcp", ResponseBytes = 4096 };
    private readonly ManualTimeProvider clock = new();
    private readonly StdioChild child;

    public StdioOwnerTests() => child = new StdioChild("shared", channel, server, new StdioRouting(modern: false, shared: true),
        new ByteBudget(1 << 20), null, StdioParts.Default, clock);

    public ValueTask DisposeAsync()
    {
        channel.End();
        return child.DisposeAsync();
    }

    [Fact]
    public async Task Answer_IsTakenFromTheSessionThatWasAsked_Once()
    {
        var call = await CallAsync("bob");
        await channel.SayAsync(Question);
        Assert.Equal(MessageKind.Request, (await call.NextAsync()).Kind);
        await AssertRefusedAsync("eve", Answer);
        await SendAsync("bob", Answer);
        Assert.Equal(Answer, await channel.HeardAsync());
        await AssertRefusedAsync("bob", Answer);
        await call.LeaveAsync();
    }

    // A process that replaced another one counts its questions from 0 again.
    [Fact]
    public async Task AnswerToTheQuestionOfAnEarlierProcess_IsRefused()
    {
        var call = await CallAsync("bob");
        await AssertRefusedAsync("bob", Answer);
        await call.LeaveAsync();
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":0}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":0,"method":"roots/list"}""")]
    public async Task AnswerToAQuestionThatIsTakenBack_OrAskedOfAnotherCaller_IsRefused(string later)
    {
        var call = await CallAsync("bob");
        await channel.SayAsync(Question);
        await call.NextAsync();
        await channel.SayAsync($$$"""{"jsonrpc":"2.0","id":{{{call.Key}}},"result":{}}""");
        await call.NextAsync();
        await call.LeaveAsync();
        var next = await CallAsync("eve");
        await channel.SayAsync(later);
        await channel.SayAsync($$$"""{"jsonrpc":"2.0","id":{{{next.Key}}},"result":{}}"""); // what was said before it was read
        while ((await next.NextAsync()).Kind != MessageKind.Result) { }
        await AssertRefusedAsync("bob", Answer);
        await next.LeaveAsync();
    }

    [Fact]
    public async Task ProgressOfAQuestion_IsTakenFromTheSessionThatWasAsked()
    {
        const string Progress = """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":1}}""";
        var call = await CallAsync("bob");
        await channel.SayAsync(Question);
        await call.NextAsync();
        await SendAsync("eve", Progress);
        await SendAsync("bob", Progress);
        await SendAsync("bob", Answer);
        Assert.Equal(Progress, await channel.HeardAsync());
        Assert.Equal(Answer, await channel.HeardAsync());
        await call.LeaveAsync();
    }

    // The threat: a process that still works on the request of a caller who has left asks about it, and the only caller there is gets the question.
    [Fact]
    public async Task QuestionWhileARequestWithoutACallerMayContinue_ReachesNoOther_UntilThatIsAnswered()
    {
        var left = await CallAsync("alice");
        await left.LeaveAsync();
        Assert.Contains("notifications/cancelled", await channel.HeardAsync(), StringComparison.Ordinal);
        var call = await CallAsync("bob");
        await channel.SayAsync(Question);
        Assert.Contains("-32601", await channel.HeardAsync(), StringComparison.Ordinal);
        await AssertRefusedAsync("bob", Answer);
        await channel.SayAsync($$$"""{"jsonrpc":"2.0","id":{{{left.Key}}},"result":{}}""");
        await channel.SayAsync(Question);
        Assert.Equal(MessageKind.Request, (await call.NextAsync()).Kind);
        await call.LeaveAsync();
    }

    // The threat: a server that takes a cancellation sends no answer, so that one caller who leaves would end the questions to all others.
    [Fact]
    public async Task CancelledRequestWithoutAnAnswer_LetsTheProcessAskAgain_AfterAMinute()
    {
        var left = await CallAsync("alice");
        await left.LeaveAsync();
        await channel.HeardAsync();
        var call = await CallAsync("bob");
        clock.Advance(StdioQuestions.Lapse - TimeSpan.FromMilliseconds(1));
        await channel.SayAsync(Question);
        Assert.Contains("-32601", await channel.HeardAsync(), StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await channel.SayAsync(Question);
        Assert.Equal(MessageKind.Request, (await call.NextAsync()).Kind);
        await call.LeaveAsync();
    }

    // The threat: between the removal of the request and the note that it was abandoned, another caller is the only one, and is asked (CWE-362). The
    // 800 messages that are not read widened that gap: without the lock, one in about 20 rounds showed the question.
    [Fact]
    public async Task QuestionWhileItsCallerLeaves_ReachesNoOther()
    {
        for (var round = 0; round < 60; round++)
        {
            var (left, other) = (await CallAsync("alice", progress: true), await CallAsync("bob"));
            for (var n = 0; n < 800; n++)
                await channel.SayAsync($$$"""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":{{{left.Key}}},"progress":{{{n}}}}}""");
            var reply = await left.Reply.WaitAsync(TimeSpan.FromMinutes(1));
            using var begin = new Barrier(2);
            var leaving = Task.Run(async () =>
            {
                begin.SignalAndWait();
                await reply.DisposeAsync();
            });
            begin.SignalAndWait();
            for (var n = 0; n < 4; n++) await channel.SayAsync(Question);
            await leaving;
            await channel.SayAsync($$$"""{"jsonrpc":"2.0","id":{{{other.Key}}},"result":{}}""");
            Assert.Equal(MessageKind.Result, (await other.NextAsync()).Kind);
            await other.LeaveAsync();
            while (!(await channel.HeardAsync()).Contains("notifications/cancelled", StringComparison.Ordinal)) { } // and refusals
            await channel.SayAsync($$$"""{"jsonrpc":"2.0","id":{{{left.Key}}},"result":{}}""");
        }
    }

    [Fact]
    public void QuestionThatTheProcessTakesBackWhileTheAnswerIsOnTheWay_IsNotPutBack()
    {
        var questions = new StdioQuestions(clock);
        var request = Request("bob", Question);
        questions.Asked(request.Message!, request);
        var taken = questions.Take(request.Message!.Id, request.Session)!;
        Assert.Null(questions.Take(request.Message!.Id, request.Session));
        questions.PutBack(taken);
        Assert.Same(taken, questions.Take(request.Message!.Id, request.Session));
        questions.Forget(request.Message!.Id);
        questions.PutBack(taken);
        Assert.Null(questions.Take(request.Message!.Id, request.Session));
    }

    [Fact]
    public void EndOfAQuestionWhoseIdIsUsedAgain_LeavesTheNewOne()
    {
        var questions = new StdioQuestions(clock);
        var request = Request("bob", Question);
        questions.Asked(request.Message!, request);
        var first = questions.Take(request.Message!.Id, request.Session)!;
        questions.Asked(request.Message!, request);
        questions.Close(request.Message!.Id, first);
        Assert.NotSame(first, questions.Take(request.Message!.Id, request.Session));
    }

    // The threat: one answer just below the limit ends the reader, and with it the process of all callers (CWE-248).
    [Fact]
    [Trait("Requirement", "EX-03")]
    public async Task AnswerOfTheGreatestSize_ToARequestWithALongId_IsDelivered()
    {
        var id = '"' + new string('i', 1000) + '"';
        var call = await CallAsync("bob", id);
        var start = $$$"""{"jsonrpc":"2.0","id":{{{call.Key}}},"result":{"text":""" + '"';
        await channel.SayAsync(start + new string('x', server.ResponseBytes - start.Length - 3) + "\"}}");
        Assert.StartsWith($$$"""{"jsonrpc":"2.0","id":{{{id}}},""", Encoding.UTF8.GetString((await call.NextAsync()).Bytes.Span),
            StringComparison.Ordinal);
        await call.LeaveAsync();
        Assert.False(child.HasEnded);
    }

    // The threat: a process that has closed its input fails every call of every caller, and is never replaced.
    [Fact]
    [Trait("Requirement", "EX-04")]
    public async Task ProcessThatClosedItsInput_IsEnded_AfterWhatItHasWritten()
    {
        var call = await CallAsync("bob");
        channel.CloseInput();
        var fault = await Assert.ThrowsAsync<RefusalException>(() => CallAsync("bob"));
        Assert.Same(Reasons.UpstreamEnded, fault.Refusal.Reason);
        await channel.SayAsync($$$"""{"jsonrpc":"2.0","id":{{{call.Key}}},"result":{}}""");
        Assert.Equal(MessageKind.Result, (await call.NextAsync()).Kind);
        channel.Exit();
        await Eventually.TrueAsync(() => child.HasEnded, "the process is replaced");
    }

    private async Task<Call> CallAsync(string who, string id = "7", bool progress = false)
    {
        var leaving = new CancellationTokenSource();
        var meta = progress ? ""","_meta":{"progressToken":1}""" : "";
        var request = Request(who, $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"x"{{{meta}}}}}""");
        var written = new TaskCompletionSource();
        var reply = child.SendAsync(request, null, leaving.Token, written.SetResult).AsTask();
        if (await Task.WhenAny(reply, written.Task) == reply) await reply;
        var line = await channel.HeardAsync();
        while (!line.Contains("tools/call", StringComparison.Ordinal)) line = await channel.HeardAsync(); // refusals of earlier questions
        using var heard = JsonDocument.Parse(line);
        return new Call(reply, heard.RootElement.GetProperty("id").GetRawText(), leaving);
    }

    private async Task SendAsync(string who, string message) => await (await child.SendAsync(Request(who, message), null, default)).DisposeAsync();

    private async Task AssertRefusedAsync(string who, string answer) =>
        Assert.Same(Reasons.UnexpectedResponse, (await Assert.ThrowsAsync<RefusalException>(() => SendAsync(who, answer))).Refusal.Reason);

    private UpstreamRequest Request(string who, string message)
    {
        Assert.True(MessageValidator.TryValidate(Encoding.UTF8.GetBytes(message), MessageLimits.Default, out var valid, out _));
        return new UpstreamRequest
        {
            Server = server,
            Limits = new LimitSettings(),
            Message = valid,
            Revision = ProtocolRevision.V20251125,
            Session = new UpstreamSession("session of " + who, "shared", ProtocolRevision.V20251125, ClientCapabilities.None),
            Caller = new PolicySubject("https://issuer.example", who, null, [], [], []),
        };
    }

    /// <summary>A request that the process has. Its key is the id on the channel.</summary>
    private sealed record Call(Task<IUpstreamReply> Reply, string Key, CancellationTokenSource Leaving)
    {
        public async Task<ValidatedMessage> NextAsync() => (await (await Reply).NextAsync(default))!.Message!;

        public async Task LeaveAsync()
        {
            await Leaving.CancelAsync();
            await ((Task)Reply).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (Reply.IsCompletedSuccessfully) await (await Reply).DisposeAsync();
            Leaving.Dispose();
        }
    }
}
