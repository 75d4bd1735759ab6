using System.Net;
using System.Net.Sockets;
using System.Text;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Limits;

/// <summary>Bounds that the HTTP server holds, and the one of open streams, reached at the value that is configured (EX-03).</summary>
[Trait("Requirement", "EX-03")]
public sealed class ServerLimitTests
{
    [Fact]
    public async Task ConnectionsBeyondTheirNumber_AreClosed_AndAPlaceComesBack()
    {
        await using var gateway = await TestGateway.StartAsync(s => s with { Limits = s.Limits with { Connections = 2, ConnectionsPerAddress = 2 } });
        using TcpClient first = new(), second = new();
        Assert.Equal(200, await AskAsync(first, gateway.Url));
        Assert.Equal(200, await AskAsync(second, gateway.Url));
        for (var i = 0; i < 5; i++)
        {
            using var further = new TcpClient();
            Assert.Equal(0, await AskAsync(further, gateway.Url));
        }

        Assert.Equal(200, await AskAsync(first, gateway.Url)); // who is there stays
        second.Close();
        await Eventually.TrueAsync(
            async () =>
            {
                using var next = new TcpClient();
                return await AskAsync(next, gateway.Url) == 200;
            },
            "the place of a closed connection");
    }

    [Fact]
    public async Task HeadBeyondItsBytes_IsRefused_AndReachesNothing()
    {
        await using var gateway = await TestGateway.StartAsync(s => s with { Limits = s.Limits with { HeaderBytes = 8 << 10 } });
        Assert.Equal(HttpStatusCode.OK,
            (await gateway.CallAsync(
                gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", null, ("X-Padding", new string('a', 4 << 10))))).Status);
        var reached = gateway.Upstream.Received.Count;
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge,
            (await gateway.SendAsync(
                gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", null, ("X-Padding", new string('a', 9 << 10))))).StatusCode);
        Assert.Equal(reached, gateway.Upstream.Received.Count);
    }

    // Found by the soak: the connection closed without a word, and the client's next request on it was lost.
    [Theory]
    [InlineData(true, false, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(true, true, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(false, false, HttpStatusCode.Unauthorized)]
    public async Task BodyBeyondItsBytes_IsAnsweredOnAConnectionThatSaysItCloses(bool known, bool chunked, HttpStatusCode expected)
    {
        await using var gateway = await TestGateway.StartAsync(s => s with { Servers = [s.Servers[0] with { RequestBytes = 16 << 10 }] });
        for (var i = 0; i < 3; i++)
        {
            var large = gateway.Post($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{{\"a\":\"{new string('x', 16 << 10)}\"}}}}",
                known ? null : "none");
            large.Headers.TransferEncodingChunked = chunked;
            var refused = await gateway.SendAsync(large);
            Assert.Equal((expected, true), (refused.StatusCode, refused.Headers.ConnectionClose));
            await refused.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"))).Status);
        }

        Assert.Empty(gateway.Upstream.Of("ping"));
    }

    [Fact]
    public async Task StreamsOfACallerBeyondTheirNumber_AreRefused_AndOthersHaveTheirOwn()
    {
        await using var gateway = await TestGateway.StartAsync(s => s with { Limits = s.Limits with { StreamsPerCaller = 2 } });
        gateway.Upstream.On("GET", async (context, _) =>
        {
            await RecordingUpstream.Events(context, "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n");
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var (alice, bob) = (await gateway.InitializeAsync(), await gateway.InitializeAsync(gateway.Token("bob")));
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        using var one = await client.SendAsync(gateway.Get(null, ("Mcp-Session-Id", alice)), CancellationToken.None);
        using var two = await client.SendAsync(gateway.Get(null, ("Mcp-Session-Id", alice)), CancellationToken.None);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (one.StatusCode, two.StatusCode));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.CallAsync(gateway.Get(null, ("Mcp-Session-Id", alice)))).Status);
        await Eventually.TrueAsync(
            () => gateway.Entries().Any(entry => entry.GetRawText().Contains("limits.streamsPerCaller", StringComparison.Ordinal)),
            "the entry of the refusal names the limit");
        using var others = await client.SendAsync(gateway.Get(gateway.Token("bob"), ("Mcp-Session-Id", bob)), CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, others.StatusCode);
    }

    /// <summary>The status of one request on the connection, which stays open; 0 when the gateway closes it.</summary>
    private static async Task<int> AskAsync(TcpClient client, Uri url)
    {
        try
        {
            if (!client.Connected) await client.ConnectAsync(url.Host, url.Port);
            var stream = client.GetStream();
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes($"GET /.well-known/oauth-protected-resource/mcp HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n"));
            var buffer = new byte[8192];
            var length = 0;
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length)).AsTask().WaitAsync(TimeSpan.FromMinutes(2));
                if (read == 0) return 0;
                length += read;
                // The document is one JSON object, in one chunk or with its length.
                var text = Encoding.ASCII.GetString(buffer, 0, length);
                if (text.Contains("\r\n\r\n", StringComparison.Ordinal)
                    && (text.EndsWith('}') || text.EndsWith("0\r\n\r\n", StringComparison.Ordinal)))
                    return int.Parse(text.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return 0;
        }
    }
}
