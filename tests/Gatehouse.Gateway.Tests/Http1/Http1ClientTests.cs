using System.Net;
using System.Text;
using Gatehouse.Outbound;
using Gatehouse.Outbound.Http1;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Http1;

/// <summary>The HTTP/1.1 client, against servers that answer in every way that HTTP/1.1 allows, and in ways that it forbids.</summary>
public sealed class Http1ClientTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\nok";

    private readonly ManualTimeProvider clock = new(DateTimeOffset.UnixEpoch);
    private readonly List<ScriptedStream> connections = [];
    private readonly Http1Client client;
    private int opened;

    public Http1ClientTests() => client = new Http1Client(
        _ => ValueTask.FromResult<Stream>(connections[opened++]),
        new Http1Endpoint(new Uri("http://server.example:8080/mcp?a=b"), null, TimeSpan.FromSeconds(1), ["Mcp-Session-Id", "Retry-After"]), clock);

    public void Dispose()
    {
        client.Dispose();
        connections.ForEach(static one => one.Dispose());
    }

    [Fact]
    public async Task Request_IsOneWrite_OfTheHeadAndTheBody()
    {
        Serve(new Script(Ok));
        var head = client.Begin(HttpMethod.Post, 1);
        head.Add("Mcp-Method", "tools/call");
        head.End("x"u8);
        using var response = await client.SendAsync(head, Cancellation);
        Assert.Equal(
            "POST /mcp?a=b HTTP/1.1\r\nHost: server.example:8080\r\nMcp-Method: tools/call\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\nx",
            connections[0].Written);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task RequestWithoutABody_NamesNoLength_AndNoType(string method)
    {
        Serve(new Script(Ok));
        var head = client.Begin(HttpMethod.Parse(method));
        head.Add("Accept", "text/event-stream");
        head.End();
        using var response = await client.SendAsync(head, Cancellation);
        Assert.Equal($"{method} /mcp?a=b HTTP/1.1\r\nHost: server.example:8080\r\nAccept: text/event-stream\r\n\r\n", connections[0].Written);
    }

    // The server may close an idle connection at the moment at which a request leaves, and neither of these is sent twice.
    [Theory]
    [InlineData("GET", 2)]
    [InlineData("DELETE", 2)]
    [InlineData("POST", 1)]
    public async Task RequestWithoutABody_TakesNoIdleConnection(string method, int connectionsUsed)
    {
        Serve(new Script(Ok), new Script(Ok));
        Serve(new Script(Ok));
        (await SendAsync()).Dispose();
        var head = client.Begin(HttpMethod.Parse(method), 1);
        if (method == "POST") head.End("x"u8);
        else head.End();
        using var response = await client.SendAsync(head, Cancellation);
        Assert.Equal((HttpStatusCode.OK, connectionsUsed), (response.StatusCode, opened));
    }

    // Threat: a value with a line break is a field, or a request, of whoever chose it (CWE-113).
    [Theory]
    [InlineData("X-Name", "a\r\nX-Other: b")]
    [InlineData("X-Name", "a\nb")]
    [InlineData("X-Name", "a\0b")]
    [InlineData("X-Name", "ü")]
    [InlineData("X-Na me", "a")]
    [InlineData("X-Name:", "a")]
    [InlineData("", "a")]
    [InlineData("content-length", "1")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Host", "other.example")]
    [InlineData("Connection", "close")]
    public void HeaderThatWouldChangeTheRequest_IsRefused_AndItsValueNotNamed(string name, string value)
    {
        using var head = client.Begin(HttpMethod.Post, 1);
        var refused = Assert.Throws<HttpRequestException>(() => head.Add(name, value));
        if (value.Length > 2) Assert.DoesNotContain(value, refused.Message, StringComparison.Ordinal);
    }

    // The platform's handler would write these as they are.
    [Theory]
    [InlineData("a\r\nX-Other: b")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("ü")]
    public void ValueThatWouldChangeTheRequest_IsRefusedForTheHandlerToo(string value)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "http://a.example/");
        Assert.Throws<HttpRequestException>(() => new HandlerRequest(message).Add("Last-Event-ID", value));
        Assert.Empty(message.Headers);
    }

    // Threat: of two readers of one body the second one waits on the connection of the next exchange, and gets its answer (CWE-362, CWE-444).
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task SecondReaderOfABody_ClosesTheConnection_WhicheverWayEachReads(bool firstReadsWhole, bool secondReadsWhole)
    {
        Serve(new Script("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"), new Script());
        var server = connections[0];
        var response = await SendAsync();
        var first = ReadAsync(firstReadsWhole);
        await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(secondReadsWhole));
        Assert.True(server.IsDisposed);
        server.Push("AAAA");
        await Assert.ThrowsAnyAsync<Exception>(() => first);

        async Task ReadAsync(bool whole)
        {
            if (whole) await response.ReadAsync(1000, null, Cancellation);
            else await (await response.OpenAsync(Cancellation)).ReadExactlyAsync(new byte[4], Cancellation);
        }
    }

    // Threat: bytes behind an answer are taken for the rest of one whose read was cancelled, and the connection looks clean (CWE-444).
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WholeBodyThatWasCancelledOrBrokeOff_ClosesTheConnection(bool isCancelled)
    {
        Serve(new Script("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", "AA") { Ends = !isCancelled });
        var server = connections[0];
        var response = await SendAsync();
        using var leaving = new CancellationTokenSource();
        var reading = response.ReadAsync(1000, null, leaving.Token).AsTask();
        if (isCancelled) await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => reading);
        Assert.True(server.IsDisposed);
        await Assert.ThrowsAnyAsync<IOException>(() => response.ReadAsync(1000, null, Cancellation).AsTask());
    }

    // Threat: a late retry or farewell, with its credential, goes to a server that is not configured any more.
    [Fact]
    public async Task DisposedClient_OpensNothingAndSendsNothing()
    {
        Serve(new Script(Ok));
        var server = connections[0];
        client.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await SendAsync());
        Assert.Equal((0, ""), (opened, server.Written));
    }

    // A stream may fail without a wait, such as one that was closed before.
    [Fact]
    public async Task ConnectionThatFailsAtItsFirstRead_IsClosed_AndNotUsed()
    {
        using var stream = new FailingStream();
        using var failing = new Http1Client(
            _ => ValueTask.FromResult<Stream>(stream), new Http1Endpoint(new Uri("http://server.example/"), null, TimeSpan.FromSeconds(1), []), clock);
        var head = failing.Begin(HttpMethod.Post, 1);
        head.End("x"u8);
        var failed = await Assert.ThrowsAsync<HttpRequestException>(async () => await failing.SendAsync(head, Cancellation));
        Assert.Equal((HttpRequestError.ConnectionError, false), (failed.HttpRequestError, stream.CanRead));
    }

    private sealed class FailingStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("closed");
    }

    [Theory]
    [InlineData("http://[::1]:81/", null, "[::1]:81")]
    [InlineData("http://server.example/", null, "server.example")]
    [InlineData("https://server.example:443/", null, "server.example")]
    [InlineData("http://bücher.example/", null, "xn--bcher-kva.example")]
    [InlineData("http://127.0.0.1:81/", "named.example", "named.example")]
    public void HostField_IsThatOfTheAddress_OrTheOneConfigured(string url, string? host, string expected) =>
        Assert.Contains($"\r\nHost: {expected}\r\n", Encoding.ASCII.GetString(Http1Request.Prepare(new Uri(url), host)), StringComparison.Ordinal);

    [Theory]
    [InlineData("a\r\nX: b")]
    [InlineData("a b")]
    public void HostThatCannotBeWritten_IsRefused(string host) =>
        Assert.Throws<FormatException>(() => Http1Request.Prepare(new Uri("http://a.example/"), host));

    [Theory]
    [InlineData("server.example", "server.example")]
    [InlineData("server.example:81", "server.example")]
    [InlineData("[::1]:81", "::1")]
    [InlineData("[::1]", "::1")]
    public void NameOfTheCertificate_IsTheHostWithoutItsPort(string host, string name) => Assert.Equal(name, OutboundConnector.NameIn(host));

    [Theory]
    [InlineData(Ok)]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length:2\r\nX: \ty \r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b\r\no\r\n01 ;c\r\nk\r\n00\r\nTrailer: c\r\nOther: d\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    public async Task Answer_IsRead_HoweverItIsSplit_AndTheConnectionUsedAgain(string answer)
    {
        Serve(new Script(answer), Script.Bytewise(answer), new Script(answer[..20], answer[20..]));
        for (var i = 0; i < 3; i++) Assert.Equal("ok", await AskAsync());
        Assert.Equal(1, opened);
        Assert.False(connections[0].IsDisposed);
    }

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: x, Close\r\n\r\nok", false)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nok", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nKeep-Alive: timeout=1\r\n\r\nok", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged", false)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nX", false)]
    public async Task ConnectionThatDoesNotServeAnother_IsClosed(string answer, bool ends)
    {
        Serve(new Script(answer) { Ends = ends });
        Serve(new Script(Ok));
        Assert.Equal("ok", await AskAsync());
        Assert.Equal("ok", await AskAsync());
        Assert.Equal(2, opened);
        Assert.True(connections[0].IsDisposed);
    }

    // Threat: what the server sends between two requests would be the answer to the next one (CWE-444).
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")]
    [InlineData("")]
    public async Task IdleConnectionThatSendsOrEnds_IsNotUsed(string sent)
    {
        Serve(new Script(Ok), new Script(Ok));
        Serve(new Script(Ok));
        Assert.Equal("ok", await AskAsync());
        if (sent.Length > 0) connections[0].Push(sent);
        else connections[0].End();
        Assert.Equal("ok", await AskAsync());
        Assert.Equal(2, opened);
        Assert.True(connections[0].IsDisposed);
    }

    [Fact]
    public async Task NewConnectionThatSendsFirst_IsNotUsed()
    {
        Serve(new Script(Ok));
        connections[0].Push("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
        await Assert.ThrowsAsync<HttpRequestException>(async () => await AskAsync());
        Assert.Equal("", connections[0].Written);
    }

    [Theory]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 +20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 600 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\n\n")]
    [InlineData("HTTP/1.1 200 O\rK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA : b\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: b\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Type: a/b\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 103 Early Hints\r\nContent-Length: 2\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("\n")]
    [InlineData("HTTP/1.1 200 OK\n")]
    public async Task HeadThatNoServerMaySend_IsRefused_AndItsConnectionClosed(string head)
    {
        Serve(new Script(head));
        Serve(Script.Bytewise(head));
        for (var i = 0; i < 2; i++)
        {
            var failed = await Assert.ThrowsAsync<Http1FormatException>(async () => await AskAsync());
            Assert.Equal(HttpRequestError.InvalidResponse, failed.HttpRequestError);
            Assert.True(connections[i].IsDisposed);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    public async Task HeadThatBreaksOff_IsAFaultOfTheExchange(string head)
    {
        Serve(new Script(head) { Ends = true });
        var failed = await Assert.ThrowsAsync<HttpRequestException>(async () => await AskAsync());
        Assert.Equal(HttpRequestError.ResponseEnded, failed.HttpRequestError);
        Assert.True(connections[0].IsDisposed);
    }

    [Theory]
    [InlineData("1\r\nok\r\n0\r\n\r\n")]
    [InlineData("3\r\nok\r\n0\r\n\r\n")]
    [InlineData("\r\nok\r\n0\r\n\r\n")]
    [InlineData("x\r\nok\r\n0\r\n\r\n")]
    [InlineData("-2\r\nok\r\n0\r\n\r\n")]
    [InlineData("0x2\r\nok\r\n0\r\n\r\n")]
    [InlineData(" 2\r\nok\r\n0\r\n\r\n")]
    [InlineData("2 x\r\nok\r\n0\r\n\r\n")]
    [InlineData("2\nok\r\n0\r\n\r\n")]
    [InlineData("2\r\nok\n0\r\n\r\n")]
    [InlineData("2\r\nok0\r\n\r\n")]
    [InlineData("ffffffffffffffff\r\nok\r\n0\r\n\r\n")]
    [InlineData("10000000000000002\r\nok\r\n0\r\n\r\n")]
    [InlineData("2;a=\"\rb\"\r\nok\r\n0\r\n\r\n")]
    [InlineData("2\r\nok\r\n0\r\nTrailer\r\n\r\n")]
    [InlineData("2\r\nok\r\n0\r\nTrailer: a\r\n b\r\n\r\n")]
    [InlineData("2\r\nok\r\n0\r\nTrailer: \0\r\n\r\n")]
    [InlineData("2\r\nok\r\n0\r\nTrailer: a")]
    [InlineData("2\r\nok\r\n")]
    [InlineData("2\r\no")]
    [InlineData("2;")]
    public async Task ChunksThatNoServerMaySend_AreRefused_AndTheConnectionClosed(string chunks)
    {
        foreach (var bytewise in new[] { false, true })
        {
            var answer = $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}";
            Serve(bytewise ? Script.Bytewise(answer) with { Ends = true } : new Script(answer) { Ends = true });
            await Assert.ThrowsAnyAsync<IOException>(async () => await AskAsync());
            Assert.True(connections[^1].IsDisposed);
        }
    }

    [Fact]
    public async Task LineBetweenChunks_AndTrailers_AreBounded()
    {
        foreach (var chunks in new[] { $"2;{new string('a', 5000)}", $"2\r\nok\r\n0\r\n{string.Concat(Enumerable.Repeat("A: b\r\n", 5000))}" })
        {
            Serve(new Script($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"));
            await Assert.ThrowsAnyAsync<IOException>(async () => await AskAsync());
            Assert.True(connections[^1].IsDisposed);
        }
    }

    // Threat: a head without an end fills the memory, one byte at a time (CWE-770).
    [Fact]
    public async Task HeadWithoutAnEnd_IsRefused()
    {
        Serve(new Script(["HTTP/1.1 200 OK\r\n", .. Enumerable.Repeat($"A: {new string('b', 1000)}\r\n", 70)]));
        var failed = await Assert.ThrowsAsync<HttpRequestException>(async () => await AskAsync());
        Assert.Equal(HttpRequestError.ConfigurationLimitExceeded, failed.HttpRequestError);
    }

    [Fact]
    public async Task InterimResponsesWithoutAnEnd_AreRefused()
    {
        Serve(new Script([.. Enumerable.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 17), Ok]));
        await Assert.ThrowsAsync<Http1FormatException>(async () => await AskAsync());
        Serve(new Script([.. Enumerable.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 16), Ok]));
        Assert.Equal("ok", await AskAsync());
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", true)]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", true)]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 6\r\n\r\n", false)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", false)]
    [InlineData("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", true)]
    public async Task AnswerWithoutABody_EndsWithItsHead(string answer, bool isUsedAgain)
    {
        Serve(new Script(answer), new Script(Ok));
        Serve(new Script(Ok));
        Assert.Equal("", await AskAsync());
        Assert.Equal("ok", await AskAsync());
        Assert.Equal(isUsedAgain ? 1 : 2, opened);
    }

    [Fact]
    public async Task BodyBeyondTheBound_IsNotRead()
    {
        var held = new List<int>();
        foreach (var answer in new[]
            { "Content-Length: 101\r\n\r\n", $"Content-Length: 101\r\n\r\n{new string('a', 101)}", $"Transfer-Encoding: chunked\r\n\r\n65\r\n{new string('a', 101)}" })
        {
            Serve(new Script($"HTTP/1.1 200 OK\r\n{answer}"));
            using (var response = await SendAsync()) Assert.Null(await response.ReadAsync(100, held.Add, Cancellation));
            Assert.All(held, static bytes => Assert.InRange(bytes, 1, 100));
            if (answer[0] == 'C') Assert.Empty(held); // its length says that it is too large
            connections[^1].End(); // the rest was drained
        }

        Serve(new Script("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", new string('a', 60), new string('b', 40)));
        using var whole = await SendAsync();
        Assert.Equal(100, (await whole.ReadAsync(100, held.Add, Cancellation))!.Length);
        Assert.Equal(100, held[^1]);
    }

    [Fact]
    public async Task BodyThatBreaksOff_IsAFault()
    {
        Serve(new Script("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok") { Ends = true });
        await Assert.ThrowsAnyAsync<IOException>(async () => await AskAsync());
        Assert.True(connections[0].IsDisposed);
    }

    [Fact]
    public async Task FieldsThatAreKept_AreReadInAnySpelling_AndNotWhereTheyAreRepeated()
    {
        Serve(new Script("HTTP/1.1 200 OK\r\nmcp-session-id: a\r\nRETRY-AFTER: 1\r\nRetry-After: 2\r\nOther: c\r\nContent-Encoding: br\r\nContent-Length: 0\r\n\r\n"));
        using var response = await SendAsync();
        Assert.Equal(("a", null, null), (response.Field("Mcp-Session-Id"), response.Field("Retry-After"), response.Field("Other")));
        Assert.True(response.HasContentEncoding);
    }

    // A server refuses a request before it has all of it, and closes the connection.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnswerBeforeTheRequestHasLeft_IsRead_AndTheConnectionClosed(bool fails)
    {
        var never = new TaskCompletionSource();
        connections.Add(new ScriptedStream(new Script("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")) { FailsWrites = fails, HoldsWrites = fails ? null : never });
        Serve(new Script(Ok));
        Assert.Equal("no", await AskAsync());
        Assert.True(connections[0].IsDisposed);
        Assert.Equal("ok", await AskAsync());
        never.TrySetResult();
    }

    [Fact]
    public async Task ResetWithoutAnAnswer_IsAFaultOfTheExchange_AndTheRequestIsNotSentAgain()
    {
        connections.Add(new ScriptedStream(new Script { Ends = true }) { FailsWrites = true });
        Serve(new Script(Ok));
        await Assert.ThrowsAsync<HttpRequestException>(async () => await AskAsync());
        Assert.Equal(1, opened);
    }

    // Keep-alive races: the server closes the connection while the request is on its way. Only the rule for retries decides whether it is sent again.
    [Fact]
    public async Task ConnectionThatEndsUnderARequest_IsAFault_AndTheRequestIsNotSentAgain()
    {
        Serve(new Script(Ok), new Script { Ends = true });
        Serve(new Script(Ok));
        Assert.Equal("ok", await AskAsync());
        var failed = await Assert.ThrowsAsync<HttpRequestException>(async () => await AskAsync());
        Assert.Equal((HttpRequestError.ResponseEnded, 1), (failed.HttpRequestError, opened));
        Assert.Equal("ok", await AskAsync());
    }

    [Fact]
    public async Task CancelledRequest_ClosesItsConnection()
    {
        Serve(new Script(""));
        using var cancelled = new CancellationTokenSource();
        var asked = SendAsync(cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.True(connections[0].IsDisposed);
    }

    [Fact]
    public async Task ConnectingThatTakesTooLong_IsCancelled()
    {
        using var slow = new Http1Client(
            async cancellation =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
                return Stream.Null;
            },
            new Http1Endpoint(new Uri("http://a.example/"), null, TimeSpan.FromSeconds(3), []), clock);
        var head = slow.Begin(HttpMethod.Post, 1);
        head.End("x"u8);
        var asked = slow.SendAsync(head, Cancellation).AsTask();
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(asked.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Theory]
    [InlineData("", 59, 1)]
    [InlineData("", 60, 2)] // by the sweep
    [InlineData("Keep-Alive: timeout=5, max=9\r\n", 3, 1)]
    [InlineData("Keep-Alive: max=9, timeout=5\r\n", 4, 2)]
    [InlineData("Keep-Alive: timeout=0\r\n", 0, 2)]
    [InlineData("Keep-Alive: timeout=600\r\n", 60, 2)]
    [InlineData("Keep-Alive: timeout=21\r\n", 20, 2)] // between two sweeps
    [InlineData("Keep-Alive: timeout=x\r\n", 59, 1)]
    public async Task IdleConnection_IsClosed_AfterItsTime(string field, int seconds, int connectionsUsed)
    {
        var answer = $"HTTP/1.1 200 OK\r\n{field}Content-Length: 2\r\n\r\nok";
        Serve(new Script(answer), new Script(answer));
        Serve(new Script(answer));
        Assert.Equal("ok", await AskAsync());
        clock.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal("ok", await AskAsync());
        Assert.Equal((connectionsUsed, connectionsUsed == 2), (opened, connections[0].IsDisposed));
    }

    [Fact]
    public async Task OldConnection_IsClosed_ThoughItIsUsed_AndIdleOnesWithoutARequest()
    {
        Serve([.. Enumerable.Repeat(new Script(Ok), 20)]);
        Serve([.. Enumerable.Repeat(new Script(Ok), 20)]);
        for (var i = 0; i < 12; i++)
        {
            Assert.Equal("ok", await AskAsync());
            clock.Advance(TimeSpan.FromSeconds(31));
        }

        Assert.Equal(2, opened);
        Assert.True(connections[0].IsDisposed);
        clock.Advance(TimeSpan.FromSeconds(75));
        Assert.True(connections[1].IsDisposed); // by the sweep
    }

    [Fact]
    public async Task RequestsAtOnce_HaveAConnectionEach_AndTheOneUsedLastIsUsedNext()
    {
        Serve(new Script(Ok), new Script(Ok), new Script(Ok));
        Serve(new Script(Ok));
        using (var first = await SendAsync())
        using (var second = await SendAsync())
        {
            Assert.Equal("ok", await TextAsync(second));
            Assert.Equal("ok", await TextAsync(first));
        }

        Assert.Equal("ok", await AskAsync());
        Assert.Equal(3, connections[0].Written.Split("POST ").Length);
        client.Dispose();
        Assert.All(connections, static one => Assert.True(one.IsDisposed));
    }

    // Threat: a response that is read or ended late meets the exchange that has its connection now (CWE-362).
    [Fact]
    public async Task ResponseThatIsUsedLate_MeetsNoOtherExchange()
    {
        Serve(new Script(Ok), new Script("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nno", "xt"));
        using var first = await SendAsync();
        var stream = await first.OpenAsync(Cancellation);
        Assert.Equal(2, await stream.ReadAsync(new byte[9], Cancellation));
        using var second = await SendAsync();
        Assert.Equal(1, opened);
        Assert.Equal(0, await stream.ReadAsync(new byte[9], Cancellation));
        await stream.DisposeAsync();
        first.Dispose();
        first.Abort();
        Assert.Empty((await first.ReadAsync(100, null, Cancellation))!);
        Assert.Equal("noxt", await TextAsync(second));
        Assert.False(connections[0].IsDisposed);
    }

    [Fact]
    public async Task Stream_IsReadAsItComes_AndItsConnectionUsedAgain_WhenItEndedBehindTheAnswer()
    {
        Serve(new Script("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n", "6\r\ndata: \r\n", "3\r\nx\n\n\r\n"), new Script(Ok));
        var response = await SendAsync();
        var stream = await response.OpenAsync(Cancellation);
        var buffer = new byte[100];
        Assert.Equal("data: ", Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, Cancellation)));
        Assert.Equal("x\n\n", Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, Cancellation)));
        response.Dispose();
        Assert.False(connections[0].IsDisposed);
        connections[0].Push("0\r\n\r\n");
        await Eventually.TrueAsync(() => client.IdleConnections == 1, "the end of the stream was read");
        Assert.Equal("ok", await AskAsync());
        Assert.Equal(1, opened);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StreamThatDoesNotEndBehindItsAnswer_IsClosed(bool isFinished)
    {
        Serve(new Script("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"));
        var response = await SendAsync();
        var stream = await response.OpenAsync(Cancellation);
        Assert.Equal(2, await stream.ReadAsync(new byte[9], Cancellation));
        if (isFinished)
        {
            response.Dispose();
            Assert.False(connections[0].IsDisposed);
            clock.Advance(TimeSpan.FromSeconds(1));
            await Eventually.TrueAsync(() => connections[0].IsDisposed, "the connection is closed");
        }
        else
        {
            response.Abort();
            Assert.True(connections[0].IsDisposed);
        }
    }

    // A notification is answered by 202, and no reader looks at its body. Node.js servers often frame an empty one as chunks.
    [Theory]
    [InlineData("HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", true)]
    [InlineData("HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", true)]
    [InlineData("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nbusy", false)]
    public async Task ShortBodyThatIsNotRead_IsDrained_AndItsConnectionUsedAgain(string answer, bool isUsedAgain)
    {
        Serve(new Script(answer), new Script(Ok));
        Serve(new Script(Ok));
        (await SendAsync()).Dispose();
        Assert.Equal("ok", await AskAsync());
        Assert.Equal(isUsedAgain ? 1 : 2, opened);
    }

    [Fact]
    public async Task LongBodyWithoutALength_IsNotDrained()
    {
        Serve(new Script($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1100\r\n{new string('a', 0x1100)}\r\n1100\r\n{new string('a', 0x1100)}\r\n0\r\n\r\n"));
        (await SendAsync()).Dispose();
        await Eventually.TrueAsync(() => connections[0].IsDisposed, "the connection is closed");
    }

    // Threat: one reader ends the body, and the other one waits into a buffer that the next exchange has (CWE-416).
    [Fact]
    public async Task SecondReader_AndEndUnderARead_CloseTheConnection()
    {
        const string Head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n";
        foreach (var isSecondRead in new[] { true, false })
        {
            Serve(new Script(Head));
            using var response = await SendAsync();
            var stream = await response.OpenAsync(Cancellation);
            var buffer = new byte[9];
            Assert.Equal(2, await stream.ReadAsync(buffer, Cancellation));
            var waiting = stream.ReadAsync(buffer, Cancellation).AsTask();
            if (!isSecondRead) response.Dispose();
            else await Assert.ThrowsAsync<InvalidOperationException>(() => stream.ReadAsync(new byte[9], Cancellation).AsTask());
            Assert.True(connections[^1].IsDisposed);
            await Assert.ThrowsAnyAsync<Exception>(() => waiting);
        }
    }

    // Threat: what follows a fault, or a read that was given up, is read as chunks of the same answer (CWE-444).
    [Theory]
    [InlineData("zz\r\n", "0\r\n\r\n")]
    [InlineData("2\r\nokJUNK\r\n", "0\r\n\r\n")]
    public async Task BodyWithAFault_IsNotDrained(string chunks, string more)
    {
        Serve(new Script($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}", more), new Script(Ok));
        Serve(new Script(Ok));
        using (var response = await SendAsync())
            await Assert.ThrowsAnyAsync<IOException>(async () => await response.ReadAsync(1000, null, Cancellation));
        Assert.Equal("ok", await AskAsync());
        Assert.Equal((2, true), (opened, connections[0].IsDisposed));
    }

    [Fact]
    public async Task BodyWhoseReadWasCancelled_IsNotDrained()
    {
        Serve(new Script("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n"));
        using var cancelled = new CancellationTokenSource();
        var response = await SendAsync();
        var reading = response.ReadAsync(1000, null, cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.True(connections[0].IsDisposed);
    }

    // An answer may be long in coming. The bytes of a request, with its credential, are not held meanwhile.
    [Fact]
    public async Task RequestThatWasSent_IsNotHeld()
    {
        Serve(new Script(""));
        var head = client.Begin(HttpMethod.Post, 1);
        head.End("x"u8);
        using var left = new CancellationTokenSource();
        var asked = client.SendAsync(head, left.Token).AsTask();
        await Eventually.TrueAsync(() => head.Bytes.IsEmpty, "the bytes of the request are returned");
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    // An idle stream waits for hours. Its buffer would be held all the time.
    [Fact]
    public async Task IdleStream_HoldsNoMemory()
    {
        Serve(new Script("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "9\r\ndata: a\n\n\r\n"));
        using var response = await SendAsync();
        var reader = new Protocol.Framing.SseReader(await response.OpenAsync(Cancellation), 1000);
        Assert.Equal("a", Encoding.ASCII.GetString((await reader.ReadAsync(Cancellation))!.Data.Span));
        var next = reader.ReadAsync(Cancellation).AsTask();
        await Eventually.TrueAsync(() => connections[0].HeldByRead == 0, "the read waits without memory");
        connections[0].Push("9\r\ndata: b\n\n\r\n");
        Assert.Equal("b", Encoding.ASCII.GetString((await next)!.Data.Span));
        response.Abort();
    }

    // Threat: one caller that leaves at the wrong moment closes the connections of all.
    [Fact]
    public async Task CancelledRequest_LeavesIdleConnectionsToOthers()
    {
        Serve(new Script(Ok), new Script(Ok));
        Assert.Equal("ok", await AskAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await SendAsync(new CancellationToken(canceled: true)));
        Assert.Equal("ok", await AskAsync());
        Assert.Equal(1, opened);
    }

    [Fact]
    public async Task MoreIdleConnectionsThanTheBound_AreClosed()
    {
        var responses = new List<OutboundResponse>();
        for (var i = 0; i <= ConnectionPool.MostIdle; i++)
        {
            Serve(new Script(Ok));
            responses.Add(await SendAsync());
        }

        foreach (var response in responses) Assert.Equal("ok", await TextAsync(response));
        Assert.Single(connections, static one => one.IsDisposed);
    }

    [Fact]
    public async Task ResponseThatEndsAfterItsClient_ClosesItsConnection()
    {
        Serve(new Script(Ok));
        using var response = await SendAsync();
        client.Dispose();
        Assert.Equal("ok", await TextAsync(response));
        Assert.True(connections[0].IsDisposed);
    }

    // Like the platform's handler, so that the request is sent again, and the circuit breaker knows that no caller is the cause.
    [Fact]
    public async Task FailureBeforeTheRequest_IsOneOfTheConnection()
    {
        using var failing = new Http1Client(
            static _ => throw new InvalidOperationException("no stream"), new Http1Endpoint(new Uri("http://a.example/"), null, TimeSpan.FromSeconds(3), []), clock);
        var head = failing.Begin(HttpMethod.Post, 1);
        head.End("x"u8);
        var failed = await Assert.ThrowsAsync<HttpRequestException>(async () => await failing.SendAsync(head, Cancellation));
        Assert.Equal(HttpRequestError.ConnectionError, failed.HttpRequestError);
        Serve(new Script(Ok));
        connections[0].End();
        failed = await Assert.ThrowsAsync<HttpRequestException>(async () => await AskAsync());
        Assert.Equal(HttpRequestError.ConnectionError, failed.HttpRequestError);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private void Serve(params Script[] scripts) => connections.Add(new ScriptedStream(scripts));

    private ValueTask<OutboundResponse> SendAsync(CancellationToken? cancellation = null)
    {
        var head = client.Begin(HttpMethod.Post, 1);
        head.End("x"u8);
        return client.SendAsync(head, cancellation ?? Cancellation);
    }

    private async Task<string> AskAsync()
    {
        using var response = await SendAsync();
        return await TextAsync(response);
    }

    private static async Task<string> TextAsync(OutboundResponse response) =>
        Encoding.Latin1.GetString(await response.ReadAsync(1_000_000, null, Cancellation) ?? throw new InvalidDataException("too large"));
}
