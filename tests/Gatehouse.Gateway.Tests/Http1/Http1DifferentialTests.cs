using System.Globalization;
using System.Net;
using System.Text;
using Gatehouse.Outbound.Http1;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Http1;

/// <summary>Generated answers: what the HTTP/1.1 client reads, the platform's handler reads in the same way.</summary>
public sealed class Http1DifferentialTests
{
    private static readonly string[] Lines =
    [
        "Content-Type: application/json", "content-type: text/event-stream", "Connection: keep-alive", "Connection: close", "Keep-Alive: timeout=5",
        "Mcp-Session-Id: abc", "Retry-After: 3", "X-Long: " + new string('v', 3000), "Date: Thu, 26 Nov 2026 00:00:00 GMT", "Empty:", "Server:  a b\t",
        "Content-Encoding: Identity",
        "Content-Encoding: gzip", "Set-Cookie: a=b", "X-Latin: \u00e9", "Folded: a\r\n b", "Bad Name: x", "NoColon", "Space : x", "Bare: a\nb: c", "Nul: \0",
    ];

    private static readonly string[] Framings =
    [
        "Content-Length: {0}", "content-length:{0}", "Content-Length:  {0} ", "Transfer-Encoding: chunked", "transfer-encoding: CHUNKED", "",
        "Content-Length: {0}\r\nContent-Length: {0}", "Content-Length: {0}, {0}", "Content-Length: {0}\r\nTransfer-Encoding: chunked", "Content-Length: +{0}",
        "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity", "Content-Length: 1{0}", "Content-Length: x",
    ];

    private static readonly string[] StatusLines =
    [
        "HTTP/1.1 200 OK", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK", "HTTP/1.1 200", "HTTP/1.1 202 Accepted", "HTTP/1.1 204 No Content", "HTTP/1.1 400 Bad Request",
        "HTTP/1.1 404 Not Found", "HTTP/1.1 503 Busy", "HTTP/1.0 200 OK", "HTTP/1.1 304 Not Modified", "HTTP/1.1 999 ?", "HTTP/2.0 200 OK", "HTTP/1.1 2x0 OK",
        "HTTP/1.1  200 OK", "http/1.1 200 OK", "HTTP/1.1 200\tOK",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task WhatTheClientReads_TheHandlerReadsAsWell(ulong seed)
    {
        var dice = new Dice(seed);
        var (read, refused) = (0, 0);
        for (var i = 0; i < 1500; i++)
        {
            var (answer, isPlain) = Generate(dice);
            var script = Split(answer, dice) with { Ends = !isPlain || !HasEnd(answer) };
            var own = await OwnAsync(script, isOpened: dice.OneIn(2));
            var handler = await HandlerAsync(script);
            if (own is null)
            {
                refused++;
                Assert.False(isPlain && handler is not null, $"an ordinary answer was refused: {Shown(answer)}");
                continue;
            }

            read++;
            Assert.True(own == handler, $"{own}\n{handler}\n{Shown(answer)}");
        }

        Assert.True(read > 300 && refused > 300, $"{read} read, {refused} refused");
    }

    // Half of the answers are as ordinary servers write them, and must be read. The other half may have anything.
    private static (string Answer, bool IsPlain) Generate(Dice dice)
    {
        var isPlain = dice.OneIn(2);
        var body = new string('b', dice.Pick([0, 1, 2, 17, 300, 5000, 20_000]));
        var status = StatusLines[dice.Next(isPlain ? 10 : StatusLines.Length)];
        var framing = Framings[dice.Next(isPlain ? 6 : Framings.Length)];
        isPlain = isPlain && !(status.StartsWith("HTTP/1.0", StringComparison.Ordinal) && framing.Contains("chunked", StringComparison.OrdinalIgnoreCase));
        var text = new StringBuilder();
        if (dice.OneIn(8)) text.Append("HTTP/1.1 100 Continue\r\n\r\n");
        text.Append(status).Append("\r\n");
        for (var i = dice.Next(5); i > 0; i--) text.Append(Lines[dice.Next(isPlain ? 14 : Lines.Length)]).Append("\r\n");
        isPlain = isPlain && $"{text}".Split("ontent-", StringSplitOptions.None).Length <= 2; // a repeated type is refused
        if (framing.Length > 0) text.AppendFormat(CultureInfo.InvariantCulture, framing, body.Length).Append("\r\n");
        text.Append("\r\n");
        if (status.Contains("204", StringComparison.Ordinal) || status.Contains("304", StringComparison.Ordinal)) return ($"{text}", isPlain);
        if (framing.Contains("chunked", StringComparison.OrdinalIgnoreCase)) AppendChunks(text, body, isPlain, dice);
        else text.Append(body);
        if (!isPlain && dice.OneIn(4)) Damage(text, dice);
        return ($"{text}", isPlain);
    }

    private static void AppendChunks(StringBuilder text, string body, bool isPlain, Dice dice)
    {
        for (var at = 0; at < body.Length;)
        {
            var size = Math.Min(body.Length - at, 1 + dice.Next(4000));
            text.Append(CultureInfo.InvariantCulture, $"{size:x}{(dice.OneIn(5) ? ";a=\"b\"" : "")}\r\n").Append(body, at, size).Append("\r\n");
            at += size;
        }

        text.Append(!isPlain && dice.OneIn(6) ? "x\r\n" : "0\r\n");
        if (dice.OneIn(5)) text.Append("Trailer: t\r\n");
        text.Append("\r\n");
    }

    private static void Damage(StringBuilder text, Dice dice)
    {
        for (var i = dice.Next(3); i >= 0 && text.Length > 1; i--)
        {
            var at = dice.Next(Math.Min(text.Length, 400));
            if (dice.OneIn(2)) text.Remove(at, 1);
            else text.Insert(at, dice.Pick(["\r", "\n", " ", ":", "0", "\r\n", ",", "\0"]));
        }
    }

    private static Script Split(string answer, Dice dice)
    {
        var pieces = new List<string>();
        for (var at = 0; at < answer.Length;)
        {
            var size = Math.Min(answer.Length - at, dice.OneIn(3) ? answer.Length : 1 + dice.Next(700));
            pieces.Add(answer.Substring(at, size));
            at += size;
        }

        return new Script([.. pieces]);
    }

    private static bool HasEnd(string answer) =>
        answer.Contains("content-length:", StringComparison.OrdinalIgnoreCase) || answer.Contains("transfer-encoding:", StringComparison.OrdinalIgnoreCase);

    // The answer to a second request is always the one that belongs to it, on the same connection or on another one.
    private static async Task<Reading?> OwnAsync(Script script, bool isOpened)
    {
        var second = new Script("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond");
        var opened = 0;
        using var client = new Http1Client(
            _ => ValueTask.FromResult<Stream>(opened++ == 0 ? new ScriptedStream(script, second) : new ScriptedStream(second)),
            new Http1Endpoint(new Uri("http://a.example/"), null, TimeSpan.FromSeconds(5), ["Mcp-Session-Id", "Retry-After"]), TimeProvider.System);
        var first = await ReadAsync(client, isOpened);
        var next = await ReadAsync(client, isOpened: false);
        Assert.Equal("second", next?.Body);
        return first;
    }

    private static async Task<Reading?> ReadAsync(Http1Client client, bool isOpened)
    {
        var head = client.Begin(HttpMethod.Post, 1);
        head.End("x"u8);
        try
        {
            using var response = await client.SendAsync(head, TestContext.Current.CancellationToken);
            if (isOpened) await response.OpenAsync(TestContext.Current.CancellationToken); // the whole is then read through the stream
            var body = await response.ReadAsync(1_000_000, null, TestContext.Current.CancellationToken);
            return new Reading((int)response.StatusCode, response.ContentType, response.HasContentEncoding, response.Field("Mcp-Session-Id"),
                response.Field("Retry-After"), Encoding.Latin1.GetString(body!));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return null;
        }
    }

    private static async Task<Reading?> HandlerAsync(Script script)
    {
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(new ScriptedStream(script)),
            UseCookies = false,
            AllowAutoRedirect = false,
            ResponseDrainTimeout = TimeSpan.Zero,
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://a.example/") { Content = new ByteArrayContent("x"u8.ToArray()) };
        try
        {
            using var message = await invoker.SendAsync(request, TestContext.Current.CancellationToken);
            using var response = new Outbound.HandlerResponse(message);
            var body = await response.ReadAsync(1_000_000, null, TestContext.Current.CancellationToken);
            return new Reading((int)response.StatusCode, response.ContentType, response.HasContentEncoding, response.Field("Mcp-Session-Id"),
                response.Field("Retry-After"), Encoding.Latin1.GetString(body!));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return null;
        }
    }

    private static string Shown(string answer) => answer[..Math.Min(answer.Length, 600)]
        .Replace("\r", "\\r", StringComparison.Ordinal).Replace("\0", "\\0", StringComparison.Ordinal);

    private sealed record Reading(int Status, string? ContentType, bool HasCoding, string? Session, string? RetryAfter, string Body);
}
