using System.Net;
using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Development;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>Rows of the specification list in the era, for the method and by the way that <see cref="SpecificationRowTests"/> does not go.</summary>
public sealed class SpecificationRowVariantTests
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    // L08, with a session: the legacy revisions ask for the header and do not demand it. What the session agreed on counts, here and upstream.
    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2025-06-18")]
    [InlineData("2025-03-26")]
    [Trait("Requirement", "L08")]
    public async Task RequestWithoutARevision_IsOfItsSessions(string agreed)
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("initialize", (context, message) =>
        {
            context.Response.Headers["Mcp-Session-Id"] = "up";
            return RecordingUpstream.Json(context,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"protocolVersion\":\"{agreed}\",\"capabilities\":{{\"tools\":{{}}}},\"serverInfo\":{{\"name\":\"r\",\"version\":\"1\"}}}}}}");
        });
        var (_, _, begun) = await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody));
        var session = begun.Headers.GetValues("Mcp-Session-Id").Single();
        var (status, _, response) = await gateway.CallAsync(gateway.Post(Call, null, ("Mcp-Session-Id", session)));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(agreed, gateway.EndedEntryOf(response).GetProperty("revision").GetString());
        Assert.Equal([agreed], Assert.Single(gateway.Upstream.Of("tools/call")).Header("MCP-Protocol-Version"));
    }

    // L08, without a session: then it is the revision that had no such header.
    [Fact]
    [Trait("Requirement", "L08")]
    public async Task RequestWithoutARevisionAndASession_IsOfTheFirstStreamableOne()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.OnResult("initialize",
            """{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"r","version":"1"}}""");
        var (_, _, begun) = await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody));
        Assert.False(begun.Headers.Contains("Mcp-Session-Id"));
        var (status, _, response) = await gateway.CallAsync(gateway.Post(Call));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("2025-03-26", gateway.EndedEntryOf(response).GetProperty("revision").GetString());
        Assert.Empty(Assert.Single(gateway.Upstream.Of("tools/call")).Header("MCP-Protocol-Version"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "T06")]
    public async Task Notification_IsAcceptedWithoutABody_OrRefusedByItsStatus(bool modern)
    {
        await using var gateway = await TestGateway.StartAsync();
        var session = await gateway.InitializeAsync();
        var (method, parameters) = modern ? ("notifications/cancelled", "{\"requestId\":1}") : ("notifications/initialized", "{}");
        (string, string)[] headers = modern ? [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method)] : [("Mcp-Session-Id", session)];
        var good = $"{{\"jsonrpc\":\"2.0\",\"method\":\"{method}\",\"params\":{parameters}}}";
        var response = await gateway.SendAsync(gateway.Post(good, null, headers));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        Assert.Null(response.Content.Headers.ContentType);
        Assert.False(response.Headers.Contains("Mcp-Session-Id"));

        foreach (var refused in new[]
        {
            gateway.Post(good, "no-token", headers),
            gateway.Post(good.Replace("\"params\"", "\"method\":\"x\",\"params\"", StringComparison.Ordinal), null, headers),
            gateway.Post(good, null, modern ? [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "other")] : [("Mcp-Session-Id", "no-session")]),
        })
        {
            var answer = await gateway.SendAsync(refused);
            Assert.InRange((int)answer.StatusCode, 400, 499);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.False(text.Length > 0 && JsonDocument.Parse(text).RootElement.TryGetProperty("id", out _)); // there is no request to answer
        }
    }

    // T13: the header that names the target and the target itself are one, for every method that has such a header.
    [Theory]
    [InlineData("tools/call", "name", "echo", "secret")]
    [InlineData("prompts/get", "name", "greet", "other")]
    [InlineData("resources/read", "uri", "demo://a", "demo://b")]
    [Trait("Requirement", "T13")]
    public async Task TargetInTheHeader_IsTheOneInTheBody(string method, string member, string named, string other)
    {
        await using var gateway = await StartWithAllKindsAsync();
        foreach (var header in new[] { other, named.ToUpperInvariant(), named + " x", "", null })
        {
            var (status, body, _) = await gateway.CallAsync(gateway.Modern(method, $"\"{member}\":\"{named}\"", header));
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Equal(-32020, body.GetProperty("error").GetProperty("code").GetInt32());
        }

        Assert.Empty(gateway.Upstream.Of(method));
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern(method, $"\"{member}\":\"{named}\"", named))).Status);
        Assert.Equal([named], Assert.Single(gateway.Upstream.Of(method)).Header("Mcp-Name"));
    }

    // T17: bytes that no header value has, on a socket because no client sends them. One reader takes them for an end, another for a part of the
    // value.
    [Theory]
    [InlineData("Region")]
    [InlineData("Unknown")]
    [Trait("Requirement", "T17")]
    public async Task ParameterHeader_WithAnInvalidByte_IsRefused(string parameter)
    {
        await using var gateway = await StartWithAllKindsAsync();
        var invalid = Enumerable.Range(0, 256).Where(b => b is (< 0x20 or >= 0x7f) and not ('\t' or '\r' or '\n')).ToList();
        var odd = invalid.Where(b => b is < 0x20 or 0x7f or 0x80 or 0x85 or 0xa0 or 0xe9 or 0xff);
        var answers = await Task.WhenAll(
            odd.Select(async b =>
                (Byte: b, Status: await RawAsync(gateway, "Mcp-Method: tools/call", "Mcp-Name: echo", $"Mcp-Param-{parameter}: e{(char)b}u"))));
        Assert.Equal("", string.Join(' ', answers.Where(a => a.Status != 400).Select(a => $"{a.Byte:x2}:{a.Status}")));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        Assert.Equal(200, await RawAsync(gateway, "Mcp-Method: tools/call", "Mcp-Name: echo", "Mcp-Param-Region: eu", "Mcp-Param-Other: a\tb"));
    }

    // T34: also where the server finds it, and answers with another status.
    [Fact]
    [Trait("Requirement", "T34")]
    public async Task CapabilityThatTheServerMisses_IsABadRequest()
    {
        const string answer = "\"error\":{\"code\":-32021,\"message\":\"sampling is needed\",\"data\":{\"requiredCapabilities\":{\"sampling\":{}}}}";
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("tools/call", (context, message) =>
            RecordingUpstream.Json(context, $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},{answer}}}"));
        var (status, body, _) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(-32021, body.GetProperty("error").GetProperty("code").GetInt32());
    }

    // T39: servers of before the modern era name no type of result.
    [Fact]
    [Trait("Requirement", "T39")]
    public async Task ResultWithoutAType_IsCompleteOnAStreamToo()
    {
        await using var gateway = await TestGateway.StartAsync();
        const string result = """{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"done"}]}}""";
        gateway.Upstream.On("tools/call", (context, _) => RecordingUpstream.Events(context, $"data: {result}\n\n"));
        var response = await gateway.SendAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal($"data: {result}\n\n", await response.Content.ReadAsStringAsync());
    }

    // H29: the document of the resource names the small scope that everybody needs; more is asked for where it is needed, and the log has what
    // was asked, what then was there, and the id that both the caller and the log know.
    [Fact]
    [Trait("Requirement", "H29")]
    public async Task MoreScope_IsAskedForWhereItIsNeeded_AndRecorded()
    {
        await using var gateway = await TestGateway.StartAsync(
            s => s with { Servers = [s.Servers[0] with { Scopes = ["mcp:use"] }] },
            rules: [new PolicyRule { Id = "write", Who = new WhoClause { Scopes = new NameSet(["notes:write"]) }, Tools = new NameSet(["echo"]) },
                new PolicyRule { Id = "read", Tools = new NameSet(["secret"]) }]);
        var document = await gateway.CallAsync(
            new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Url, "/.well-known/oauth-protected-resource" + gateway.Url.AbsolutePath)));
        Assert.Equal(["mcp:use"], document.Body.GetProperty("scopes_supported").EnumerateArray().Select(s => s.GetString()!));

        var (status, _, refused) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", TokenWith(gateway, "mcp:use")));
        Assert.Equal(HttpStatusCode.Forbidden, status);
        var asked = gateway.EndedEntryOf(refused);
        Assert.Contains(asked.GetProperty("parts").EnumerateArray(),
            part => part.TryGetProperty("reason", out var reason) && reason.GetString() == "insufficient-scope"
                && part.GetProperty("detail").GetString() == "mcp:use notes:write");
        Assert.DoesNotContain("notes:write", ScopesOf(asked));

        var (_, _, permitted) =
            await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", TokenWith(gateway, "mcp:use", "notes:write")));
        Assert.Equal(HttpStatusCode.OK, permitted.StatusCode);
        var granted = gateway.EndedEntryOf(permitted);
        Assert.Contains("notes:write", ScopesOf(granted));
        Assert.Equal(asked.GetProperty("sub").GetString(), granted.GetProperty("sub").GetString());
        Assert.NotEqual(asked.GetProperty("id").GetString(), granted.GetProperty("id").GetString());
    }

    // H32: what is not the form of the W3C goes nowhere, in the message or beside it.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "H32")]
    public async Task MalformedTraceparent_ReachesNoServer(bool modern)
    {
        await using var gateway = await TestGateway.StartAsync();
        var session = modern ? "" : await gateway.InitializeAsync();
        foreach (var value in new[]
            { "\"x\"", "\"\"", "7", "null", "{}", $"\"{Parent.ToUpperInvariant()}\"", $"\"{Parent}\\n\"", $"\"{Parent} \"",
                $"\"01{Parent[2..]}-{new string('a', 4000)}\"", "\"00-00000000000000000000000000000000-b7ad6b7169203331-01\"",
                "\"ff" + Parent[2..] + "\"" })
        {
            var (status, body, _) = await gateway.CallAsync(With(value));
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.True(body.TryGetProperty("error", out _));
        }

        Assert.Empty(gateway.Upstream.Of("tools/call"));
        var good = With($"\"{Parent}\"");
        good.Headers.TryAddWithoutValidation("traceparent", "not-a-parent");
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(good)).Status);
        var received = Assert.Single(gateway.Upstream.Of("tools/call"));
        Assert.Contains(Parent, received.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("not-a-parent", received.Header("traceparent"));

        HttpRequestMessage With(string traceparent)
        {
            var meta = modern ? "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}," : "";
            var text = $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{{\"name\":\"echo\",\"_meta\":{{{meta}\"traceparent\":{traceparent}}}}}}}";
            return modern ? gateway.Post(text, null, ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/call"), ("Mcp-Name", "echo"))
                : gateway.Post(text, null, ("Mcp-Session-Id", session));
        }
    }

    private const string Call = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}""";

    private static async Task<TestGateway> StartWithAllKindsAsync()
    {
        var gateway = await TestGateway.StartAsync();
        gateway.Upstream
            .OnResult("tools/list",
            """{"resultType":"complete","tools":[{"name":"echo","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}}},{"name":"secret","inputSchema":{"type":"object"}}]}""")
            .OnResult("prompts/list", """{"resultType":"complete","prompts":[{"name":"greet"},{"name":"other"}]}""")
            .OnResult("resources/list", """{"resultType":"complete","resources":[{"uri":"demo://a","name":"a"},{"uri":"demo://b","name":"b"}]}""")
            .OnResult("prompts/get", """{"resultType":"complete","messages":[]}""")
            .OnResult("resources/read", """{"resultType":"complete","contents":[]}""");
        return gateway;
    }

    private static Task<int> RawAsync(TestGateway gateway, params string[] lines)
    {
        const string body =
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"region":"eu"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""";
        var head = $"POST {gateway.Url.AbsolutePath} HTTP/1.1\r\nHost: {gateway.Url.Authority}\r\nAuthorization: Bearer {gateway.Token()}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
            + $"mcp-protocol-version: 2026-07-28\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{string.Join("\r\n", lines)}\r\n\r\n";
        return RawHttp.StatusAsync(gateway.Url, Encoding.Latin1.GetBytes(head + body));
    }

    private static string TokenWith(TestGateway gateway, params string[] scopes) => gateway.Host.Development!.Mint(new DevelopmentGrant
    {
        Subject = "alice",
        Audience = gateway.Url.ToString(),
        ClientId = "tests",
        Scopes = [.. scopes],
    }).Reveal().ToString();

    private static string[] ScopesOf(JsonElement entry) =>
        entry.TryGetProperty("scopes", out var scopes) ? [.. scopes.EnumerateArray().Select(s => s.GetString()!)] : [];
}
