using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Gateway.Tests;

/// <summary>
/// Requests that HTTP readers take differently (RFC 9112 §11.2, CWE-444), byte for byte on a socket: each holds a good token and a good call
/// and is refused or closed all the same, and nothing of it reaches the server behind.
/// </summary>
[Trait("Requirement", "ST-06")]
public sealed class RawRequestTests
{
    private const string Call =
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""";

    private static readonly string Length = $"Content-Length: {Call.Length}\r\n";
    private static readonly string Chunked = $"Transfer-Encoding: chunked\r\n";
    private static readonly string Chunks = $"{Call.Length:x}\r\n{Call}\r\n0\r\n\r\n";

    // What stands in place of the request line, after the good headers, and for the body; null takes the good one.
    private static readonly Dictionary<string, (string? Line, string Headers, string Body)> Odd = new(StringComparer.Ordinal)
    {
        ["one header ends in a bare LF"] = (null, "X-A: 1\n" + Length, Call),
        ["a bare LF before a second header"] = (null, "X-A: 1\nX-B: 2\r\n" + Length, Call),
        ["the head ends in a bare LF"] = (null, Length + "\n", Call),
        ["the request line ends in a bare LF"] = ("POST {path} HTTP/1.1\n", Length, Call),
        ["a bare CR within a value"] = (null, "X-A: 1\rX-B: 2\r\n" + Length, Call),
        ["a bare CR ends a header"] = (null, "X-A: 1\r" + Length, Call),
        ["a folded header"] = (null, "X-A: 1\r\n 2\r\n" + Length, Call),
        ["a folded length"] = (null, $"Content-Length:\r\n {Call.Length}\r\n", Call),
        ["a blank before the colon"] = (null, $"Content-Length : {Call.Length}\r\n", Call),
        ["a tab before the colon"] = (null, "X-A\t: 1\r\n" + Length, Call),
        ["a blank before the first header"] = ("POST {path} HTTP/1.1\r\n X-A: 1\r\n", Length, Call),
        ["a header without a colon"] = (null, "X-A\r\n" + Length, Call),
        ["a header without a name"] = (null, ": 1\r\n" + Length, Call),
        ["a name that is no token"] = (null, "X(A): 1\r\n" + Length, Call),
        ["NUL in a value"] = (null, "X-A: 1\0\r\n" + Length, Call),
        ["both lengths"] = (null, Length + Chunked, Chunks),
        ["both lengths, the other order"] = (null, Chunked + "Content-Length: 4\r\n", Chunks),
        ["two lengths that differ"] = (null, "Content-Length: 4\r\n" + Length, Call),
        ["two lengths that are equal"] = (null, Length + Length, Call),
        ["a list of lengths"] = (null, $"Content-Length: {Call.Length}, {Call.Length}\r\n", Call),
        ["a negative length"] = (null, "Content-Length: -1\r\n", Call),
        ["a hexadecimal length"] = (null, $"Content-Length: 0x{Call.Length:x}\r\n", Call),
        ["an empty length"] = (null, "Content-Length:\r\n", Call),
        ["a length beyond all numbers"] = (null, "Content-Length: 18446744073709551617\r\n", Call),
        ["chunked twice"] = (null, Chunked + Chunked, Chunks),
        ["chunked and identity"] = (null, "Transfer-Encoding: chunked, identity\r\n", Chunks),
        ["identity alone"] = (null, "Transfer-Encoding: identity\r\n" + Length, Call),
        ["an unknown coding"] = (null, "Transfer-Encoding: xchunked\r\n", Chunks),
        ["a coding behind a tab"] = (null, "Transfer-Encoding: \x0bchunked\r\n", Chunks),
        ["gzip before chunked"] = (null, "Transfer-Encoding: gzip, chunked\r\n", Chunks),
        ["chunked in HTTP/1.0"] = ("POST {path} HTTP/1.0\r\n", Chunked, Chunks),
        ["a chunk extension with a bare LF"] = (null, Chunked, $"{Call.Length:x};a\n\r\n{Call}\r\n0\r\n\r\n"),
        ["a chunk extension with a bare CR"] = (null, Chunked, $"{Call.Length:x};a\rb\r\n{Call}\r\n0\r\n\r\n"),
        ["a chunk size that ends in a bare LF"] = (null, Chunked, $"{Call.Length:x}\n{Call}\r\n0\r\n\r\n"),
        ["a chunk size with 0x"] = (null, Chunked, $"0x{Call.Length:x}\r\n{Call}\r\n0\r\n\r\n"),
        ["a chunk size with a sign"] = (null, Chunked, $"+{Call.Length:x}\r\n{Call}\r\n0\r\n\r\n"),
        ["a chunk size beyond all numbers"] = (null, Chunked, $"1000000000000{Call.Length:x}\r\n{Call}\r\n0\r\n\r\n"),
        ["a chunk without its line end"] = (null, Chunked, $"{Call.Length:x}\r\n{Call}0\r\n\r\n"),
        ["a chunk that ends in a bare LF"] = (null, Chunked, $"{Call.Length:x}\r\n{Call}\n0\r\n\r\n"),
        ["a trailer"] = (null, Chunked, $"{Call.Length:x}\r\n{Call}\r\n0\r\nX-A: 1\r\n\r\n"),
        ["a trailer with a name of ours"] = (null, Chunked, $"{Call.Length:x}\r\n{Call}\r\n0\r\nMcp-Name: other\r\n\r\n"),
        ["an announced trailer"] = (null, Chunked + "Trailer: Mcp-Name\r\n", Chunks),
        ["a trailer that ends in a bare LF"] = (null, Chunked, $"{Call.Length:x}\r\n{Call}\r\n0\r\nX-A: 1\n\r\n"),
        ["the absolute form"] = ("POST http://{host}{path} HTTP/1.1\r\n", Length, Call),
        ["the absolute form of another host"] = ("POST http://evil.example{path} HTTP/1.1\r\n", Length, Call),
        ["the authority form"] = ("POST {host} HTTP/1.1\r\n", Length, Call),
        ["a fragment"] = ("POST {path}#a HTTP/1.1\r\n", Length, Call),
        ["a blank in the target"] = ("POST {path} x HTTP/1.1\r\n", Length, Call),
        ["a tab in the request line"] = ("POST\t{path}\tHTTP/1.1\r\n", Length, Call),
        ["two blanks in the request line"] = ("POST  {path} HTTP/1.1\r\n", Length, Call),
        ["another version"] = ("POST {path} HTTP/1.2\r\n", Length, Call),
        ["no version"] = ("POST {path}\r\n", Length, Call),
        ["the verb in small letters"] = ("post {path} HTTP/1.1\r\n", Length, Call),
        ["two hosts"] = (null, "Host: evil.example\r\n" + Length, Call),
        ["two tokens"] = (null, "Authorization: Bearer x\r\n" + Length, Call),
    };

    [Fact]
    public async Task TheWellFormedRequest_OfThisCorpus_ReachesTheServer()
    {
        await using var gateway = await StartAsync();
        Assert.StartsWith("HTTP/1.1 200", await SendAsync(gateway, (null, Length, Call)), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", await SendAsync(gateway, (null, Chunked, Chunks)), StringComparison.Ordinal);
        Assert.Equal(2, gateway.Upstream.Of("tools/call").Count);
    }

    // All at once: a reader that waits for more is ended by the gateway's own time-outs.
    [Fact]
    public async Task RequestsWithTwoReadings_AreRefusedOrClosed_AndReachNothing()
    {
        await using var gateway = await StartAsync();
        var answers = await Task.WhenAll(Odd.Select(async row => (row.Key, Answer: await SendAsync(gateway, row.Value))));
        var served = answers.Where(row => row.Answer.Length > 0
            && !row.Answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) && !row.Answer.StartsWith("HTTP/1.1 5", StringComparison.Ordinal));
        Assert.Equal("", string.Join('\n', served.Select(row => $"{row.Key}: {row.Answer[..12]}")));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TheBodyOfARefusedRequest_IsNeverARequest(bool announcesMore)
    {
        await using var gateway = await StartAsync();
        var inner = Request(gateway, gateway.Token(), (null, Length, Call));
        var announced = announcesMore ? inner.Length + 1000 : inner.Length;
        var outer = Request(gateway, "no-token", (null, $"Content-Length: {announced}\r\n", ""));
        var answer = await ExchangeAsync(gateway.Url, outer + inner);
        Assert.StartsWith("HTTP/1.1 401", answer, StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    // Kestrel takes a plus sign before a length and shows the number alone. Readers that refuse the sign serve nothing, and those that take
    // it read the same length: what follows is the next request for both. A limit that the threat model names.
    [Fact]
    public async Task ALengthWithAPlusSign_IsThatLength()
    {
        await using var gateway = await StartAsync();
        var first = Request(gateway, gateway.Token(), (null, $"Content-Length: +{Call.Length}\r\n", Call))
            .Replace("Connection: close\r\n", "", StringComparison.Ordinal);
        var answer = await ExchangeAsync(gateway.Url, first + Request(gateway, gateway.Token(), (null, Length, Call)));
        Assert.Equal(3, answer.Split("HTTP/1.1 200").Length);
        Assert.All(gateway.Upstream.Of("tools/call"), call => Assert.Equal(Call, call.Text));
    }

    [Fact]
    public async Task ARequestAfterARefusedHead_IsNotServedOnTheSameConnection()
    {
        await using var gateway = await StartAsync();
        var odd = Request(gateway, gateway.Token(), Odd["both lengths"]).Replace("Connection: close\r\n", "", StringComparison.Ordinal);
        var answer = await ExchangeAsync(gateway.Url, odd + Request(gateway, gateway.Token(), (null, Length, Call)));
        Assert.DoesNotContain("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    private static Task<TestGateway> StartAsync() =>
        TestGateway.StartAsync(s => s with { Limits = s.Limits with { HeaderTimeout = TimeSpan.FromSeconds(1) } });

    private static Task<string> SendAsync(TestGateway gateway, (string? Line, string Headers, string Body) part) =>
        ExchangeAsync(gateway.Url, Request(gateway, gateway.Token(), part));

    private static string Request(TestGateway gateway, string token, (string? Line, string Headers, string Body) part)
    {
        var line = (part.Line ?? "POST {path} HTTP/1.1\r\n").Replace("{path}", gateway.Url.AbsolutePath, StringComparison.Ordinal)
            .Replace("{host}", gateway.Url.Authority, StringComparison.Ordinal);
        return $"{line}Host: {gateway.Url.Authority}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nAccept: "
            + $"application/json, text/event-stream\r\n"
            + $"MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: echo\r\nConnection: close\r\n{part.Headers}\r\n{part.Body}";
    }

    private static async Task<string> ExchangeAsync(Uri url, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        var stream = client.GetStream();
        using var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
            await stream.CopyToAsync(answer).WaitAsync(TimeSpan.FromMinutes(2));
        }
        catch (IOException)
        {
            // The gateway closed the connection, which is an answer too.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
