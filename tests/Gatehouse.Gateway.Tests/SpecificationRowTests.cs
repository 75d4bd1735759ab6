using System.Net;
using System.Text.Json;
using Gatehouse.Identity.Development;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>Rows of the specification list that no test of an attack or a behaviour shows by the way.</summary>
public sealed class SpecificationRowTests
{
    private const string Call = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}""";

    private const string Meta =
        "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [Trait("Requirement", "T01")]
    [Trait("Requirement", "L01")]
    public async Task ForeignOrigin_IsRefusedOnEveryVerb(string verb)
    {
        await using var gateway = await TestGateway.StartAsync(s => s with { AllowedOrigins = ["https://app.example.com"] });
        var session = await gateway.InitializeAsync();
        var before = gateway.Upstream.Received.Count;
        foreach (var (name, value) in new[] { ("Origin", "https://evil.example"), ("Origin", "null"), ("Host", "evil.example") })
        {
            var request = gateway.Get(null, ("Mcp-Session-Id", session));
            request.Method = new HttpMethod(verb);
            if (name == "Host") request.Headers.Host = value;
            else request.Headers.TryAddWithoutValidation(name, value);
            Assert.Equal((name, value, HttpStatusCode.Forbidden), (name, value, (await gateway.CallAsync(request)).Status));
        }

        Assert.Equal(before, gateway.Upstream.Received.Count);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(Call, null, ("Mcp-Session-Id", session)))).Status); // nobody ended it
    }

    [Fact]
    [Trait("Requirement", "T06")]
    public async Task Notification_IsAcceptedWithoutABody_AndARefusedOneIsNot()
    {
        await using var gateway = await TestGateway.StartAsync();
        HttpRequestMessage Notice(params (string, string)[] headers) =>
            gateway.Post($"{{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{{\"progressToken\":\"p\",\"progress\":1,{Meta}}}}}", null, [("MCP-Protocol-Version", "2026-07-28"), .. headers]);
        using var accepted = await gateway.SendAsync(Notice(("Mcp-Method", "notifications/progress")));
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal("", await accepted.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.BadRequest, (await gateway.CallAsync(Notice(("Mcp-Method", "notifications/cancelled")))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized,
            (await gateway.CallAsync(gateway.Post("""{"jsonrpc":"2.0","method":"notifications/progress"}""", ""))).Status);
    }

    [Theory]
    [InlineData("tools/call", "\"name\":\"echo\"")]
    [InlineData("prompts/get", "\"name\":\"echo\"")]
    [InlineData("resources/read", "\"uri\":\"demo://a\"")]
    [Trait("Requirement", "T13")]
    [Trait("Requirement", "T15")]
    public async Task NameHeader_IsThereAndEqualForEachMethodThatHasOne(string method, string parameters)
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var header in new[] { null, "other", "Echo", "demo://A" })
        {
            var (status, body, _) = await gateway.CallAsync(gateway.Modern(method, parameters, header));
            Assert.Equal((header, HttpStatusCode.BadRequest, -32020), (header, status, body.GetProperty("error").GetProperty("code").GetInt32()));
        }

        Assert.Empty(gateway.Upstream.Of(method));
    }

    // Visible ASCII, space and tab are valid; RFC 9110 §5.5 leaves other bytes to whoever reads them, so they have several readings.
    [Theory]
    [InlineData("Mcp-Param-Region", "a\u0001b")]
    [InlineData("Mcp-Param-Region", "a\u007fb")]
    [InlineData("Mcp-Param-Region", "é")]
    [Trait("Requirement", "T17")]
    public async Task InvalidCharactersOfAParameterHeader_AreRefused(string name, string value)
    {
        await using var gateway = await TestGateway.StartAsync();
        Assert.Equal(200, await RawAsync(gateway, "Mcp-Method: tools/call", "Mcp-Name: echo", $"{name}: ab"));
        var reached = gateway.Upstream.Of("tools/call").Count;
        Assert.Equal(400, await RawAsync(gateway, "Mcp-Method: tools/call", "Mcp-Name: echo", $"{name}: {value}"));
        Assert.Equal(reached, gateway.Upstream.Of("tools/call").Count);
    }

    [Fact]
    [Trait("Requirement", "T24")]
    public async Task HeaderNames_AreReadInAnyCase_AndValuesAsTheyAre()
    {
        await using var gateway = await TestGateway.StartAsync();
        Assert.Equal(200, await RawAsync(gateway, "mcp-method: tools/call", "MCP-NAME: echo"));
        Assert.Equal(400, await RawAsync(gateway, "Mcp-Method: Tools/Call", "Mcp-Name: echo"));
        Assert.Equal(400, await RawAsync(gateway, "Mcp-Method: tools/call", "Mcp-Name: ECHO"));
        Assert.Single(gateway.Upstream.Of("tools/call"));
    }

    [Fact]
    [Trait("Requirement", "T30")]
    public async Task HeadersOfTheLegacyEra_AreIgnoredInTheModernOne_AndNoneIsMade()
    {
        await using var gateway = await TestGateway.StartAsync();
        var session = await gateway.InitializeAsync();
        foreach (var id in new[] { session, "of-nobody" })
        {
            var (status, body, response) =
                await gateway.CallAsync(
                    gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", null, ("Mcp-Session-Id", id), ("Last-Event-ID", "7")));
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.True(body.TryGetProperty("result", out _));
            Assert.False(response.Headers.Contains("Mcp-Session-Id"));
        }

        Assert.All(gateway.Upstream.Of("tools/call"),
            request => Assert.Empty(request.Header("Mcp-Session-Id").Concat(request.Header("Last-Event-ID"))));
    }

    [Theory]
    [InlineData("""{"resultType":"input_required","inputRequests":{"a":{"method":"sampling/createMessage","params":{}}}}""")]
    [InlineData("""{"resultType":"task","taskId":"t"}""")]
    [Trait("Requirement", "T34")]
    [Trait("Requirement", "X05")]
    public async Task CapabilityThatWasNotDeclared_IsNamedWithItsStatusAndCode(string result)
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.OnResult("tools/call", result);
        var (status, body, _) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
        Assert.Equal((HttpStatusCode.BadRequest, -32021), (status, body.GetProperty("error").GetProperty("code").GetInt32()));
    }

    [Fact]
    [Trait("Requirement", "T39")]
    public async Task ResultWithoutAType_IsComplete()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.OnResult("tools/call", """{"content":[{"type":"text","text":"done"}]}""");
        var (status, body, _) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""{"content":[{"type":"text","text":"done"}]}""", body.GetProperty("result").GetRawText());
    }

    [Fact]
    [Trait("Requirement", "L02")]
    public async Task ServerWithoutAStream_IsSaidToHaveNone()
    {
        await using var gateway = await TestGateway.StartAsync();
        var session = await gateway.InitializeAsync();
        var (status, _, response) = await gateway.CallAsync(gateway.Get(null, ("Mcp-Session-Id", session)));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, status);
        Assert.NotEmpty(response.Content.Headers.Allow);
        Assert.Single(gateway.Upstream.Received, request => request.Verb == "GET");
    }

    // 22 characters that vary freely are 132 bits; a character of 64 that is drawn fifty times has far more than 20 values.
    [Fact]
    [Trait("Requirement", "L03")]
    [Trait("Requirement", "L16")]
    public async Task SessionIds_AreUnguessable()
    {
        await using var gateway = await TestGateway.StartAsync();
        List<string> handles = [];
        for (var i = 0; i < 50; i++) handles.Add(await gateway.InitializeAsync());
        var free = Enumerable.Range(0, handles.Min(handle => handle.Length))
            .Count(at => handles.Select(handle => handle[at]).Distinct().Count() > 20);
        Assert.True(free >= 22, $"{free} characters of a session id vary");
        Assert.All(handles, handle => Assert.All(handle, c => Assert.InRange(c, '!', '~')));
    }

    [Fact]
    [Trait("Requirement", "L08")]
    public async Task RequestWithoutARevision_IsOfTheOneThatWasNegotiated()
    {
        await using var gateway = await TestGateway.StartAsync();
        var session = await gateway.InitializeAsync();
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(Call, null, ("Mcp-Session-Id", session)))).Status);
        Assert.Equal(["2025-11-25"], gateway.Upstream.Of("tools/call").Single().Header("MCP-Protocol-Version"));

        // tasks/get is of 2025-11-25; 2025-03-26, which is assumed outside a session, does not know it.
        const string Get = """{"jsonrpc":"2.0","id":2,"method":"tasks/get","params":{"taskId":"t"}}""";
        await using var without = await TestGateway.StartAsync();
        without.Upstream.WithoutSessions();
        Assert.NotEqual(-32601, await CodeAsync(gateway, gateway.Post(Get, null, ("Mcp-Session-Id", session))));
        Assert.Equal(-32601, await CodeAsync(without, without.Post(Get)));
        Assert.Empty(gateway.Upstream.Of("tasks/get"));
        Assert.Empty(without.Upstream.Of("tasks/get"));

        static async Task<int> CodeAsync(TestGateway gateway, HttpRequestMessage request) =>
            (await gateway.CallAsync(request)).Body.GetProperty("error").GetProperty("code").GetInt32();
    }

    [Fact]
    [Trait("Requirement", "L10")]
    public async Task EventIds_AreNeverTheSame()
    {
        const string Log = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":1}}";
        const string Changed = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}";
        await using var gateway = await TestGateway.StartAsync();
        var sent = 0;
        gateway.Upstream.On("GET", (context, _) => RecordingUpstream.Events(
            context,
            [.. Enumerable.Range(0, 20).Select(_ => Log).Append(Changed).Append(Changed)
                .Select(message => $"id: u-{++sent}\ndata: {message}\n\n")]));
        var session = await gateway.InitializeAsync();
        HashSet<string> ids = new(StringComparer.Ordinal);
        for (var stream = 0; stream < 3; stream++)
        {
            var text = await (await gateway.CallAsync(gateway.Get(null, ("Mcp-Session-Id", session)))).Response.Content.ReadAsStringAsync();
            var found = text.Split('\n').Where(line => line.StartsWith("id: ", StringComparison.Ordinal)).ToList();
            Assert.Equal(21, found.Count); // the second change waited and is told at the end, without an id of its own
            Assert.Equal(22, text.Split("data: {").Length - 1);
            Assert.All(found, id => Assert.True(ids.Add(id), id));
        }
    }

    // What a fetch met is nothing that the other side may learn: neither the address nor the words of the fault.
    [Theory]
    [InlineData("https://169.254.169.254/latest/meta-data", "GH7007")]
    [InlineData("http://127.0.0.1:9/inside", "GH7001")]
    [Trait("Requirement", "E08")]
    public async Task DestinationThatFailed_IsNotNamedToTheCaller(string url, string code)
    {
        await using var gateway =
            await TestGateway.StartAsync(s => s with { Servers = [s.Servers[0] with { Http = s.Servers[0].Http! with { Url = new Uri(url) } }] });
        using var response = await gateway.SendAsync(gateway.Post(TestGateway.InitializeBody));
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains(code, text, StringComparison.Ordinal);
        foreach (var part in new[] { "169.254", "meta-data", ":9", "inside", "refused by", "Exception", "SSL" })
            Assert.DoesNotContain(part, text + response.Headers, StringComparison.OrdinalIgnoreCase);
    }

    // The gateway has no page of its own; what it answers runs nothing in a browser that shows it.
    [Fact]
    [Trait("Requirement", "G05")]
    public async Task EveryAnswer_ForbidsABrowserToRunAnything()
    {
        await using var gateway = await TestGateway.StartAsync(s => s with { AllowedOrigins = ["https://app.example.com"] });
        var preflight = gateway.Get("", ("Origin", "https://app.example.com"), ("Access-Control-Request-Method", "POST"));
        preflight.Method = HttpMethod.Options;
        HttpRequestMessage[] requests =
        [
            gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"), gateway.Post(Call, ""), gateway.Post("<script>"), gateway.Get(), preflight,
            new(HttpMethod.Get, new Uri(gateway.Url, "/.well-known/oauth-protected-resource/mcp")),
            new(HttpMethod.Get, new Uri(gateway.Url, "/nothing")), gateway.Get(null, ("Mcp-Session-Id", "<script>")),
        ];
        foreach (var request in requests)
        {
            var (status, _, response) = await gateway.CallAsync(request);
            Assert.Equal((status, "default-src 'none'; frame-ancestors 'none'"),
                (status, string.Join('|', response.Headers.GetValues("Content-Security-Policy"))));
            Assert.Equal((status, "nosniff"), (status, string.Join('|', response.Headers.GetValues("X-Content-Type-Options"))));
            Assert.NotEqual("text/html", response.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    [Trait("Requirement", "H02")]
    [Trait("Requirement", "H04")]
    public async Task RequestState_EndsAfterAnHour()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        gateway.Upstream.OnResult("tools/call", """{"resultType":"input_required","inputRequests":{},"requestState":"s"}""");
        var state = await StateAsync(null);
        clock.Advance(TimeSpan.FromMinutes(59));
        await StateAsync(state);
        var calls = gateway.Upstream.Of("tools/call").Count;
        clock.Advance(TimeSpan.FromMinutes(2));
        var (_, body, _) = await CallAsync(state);
        Assert.Equal("GH6002", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        Assert.Equal(calls, gateway.Upstream.Of("tools/call").Count);

        async Task<string> StateAsync(string? sent) => (await CallAsync(sent)).Body.GetProperty("result").GetProperty("requestState").GetString()!;

        Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> CallAsync(string? sent) =>
            gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"" + (sent is null ? "" : $",\"requestState\":\"{sent}\""), "echo"));
    }

    // Each server has a session state of its own at a third party; none of it is the client's.
    [Fact]
    [Trait("Requirement", "H16")]
    public async Task CredentialsInHeadersOfAServer_StopAtTheGateway()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("tools/call", (context, message) =>
        {
            foreach (var name in new[] { "Set-Cookie", "Authorization", "X-Api-Key", "Authentication-Info", "Location", "Link" })
                context.Response.Headers[name] = "canary-of-a-third-party";
            return RecordingUpstream.Json(context, """{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[]}}""");
        });
        var (status, _, response) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.DoesNotContain("canary", $"{response.Headers}{response.Content.Headers}", StringComparison.Ordinal);
    }

    // Asked for, granted, and the id that joins the two entries to the two answers.
    [Fact]
    [Trait("Requirement", "H29")]
    public async Task ElevationOfScopes_IsInTheRecord()
    {
        await using var gateway = await TestGateway.StartAsync(s => s with { Servers = [s.Servers[0] with { Scopes = ["mcp:use"] }] });
        var refused = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", Token("other")));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal(HttpStatusCode.OK,
            (await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", Token("mcp:use")))).Status);
        var ended = gateway.EntriesWithEnded(2).Where(entry => entry.GetProperty("kind").GetString() == "ended").ToList();
        var (first, second) = (ended[0].GetRawText(), ended[1].GetRawText());
        Assert.Contains("insufficient-scope", first, StringComparison.Ordinal);
        Assert.Contains("mcp:use", first, StringComparison.Ordinal);
        Assert.Contains(refused.Body.GetProperty("error").GetProperty("data").GetProperty("requestId").GetString()!, first, StringComparison.Ordinal);
        Assert.DoesNotContain("insufficient-scope", second, StringComparison.Ordinal);
        Assert.Contains("alice", second, StringComparison.Ordinal);

        string Token(string scope) =>
            gateway.Host.Development!.Mint(
                new DevelopmentGrant { Subject = "alice", Audience = gateway.Url.ToString(), ClientId = "tests", Scopes = [scope] }).Reveal()
                    .ToString();
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true)]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", false)]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false)]
    [InlineData("evil", false)]
    [Trait("Requirement", "H32")]
    public async Task TraceContext_HasItsFormOrIsRefused(string traceparent, bool good)
    {
        await using var gateway = await TestGateway.StartAsync();
        var body = $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{{\"name\":\"echo\",{Meta[..^1]},\"traceparent\":\"{traceparent}\"}}}}}}";
        var (status, _, _) =
            await gateway.CallAsync(
                gateway.Post(body, null, ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/call"), ("Mcp-Name", "echo"),
                    ("traceparent", "evil")));
        Assert.Equal(good ? HttpStatusCode.OK : HttpStatusCode.BadRequest, status);
        Assert.Equal(good ? 1 : 0, gateway.Upstream.Of("tools/call").Count);
        Assert.All(gateway.Upstream.Of("tools/call"), request => Assert.DoesNotContain("evil", request.Header("traceparent")));
    }

    private static Task<int> RawAsync(TestGateway gateway, params string[] headers)
    {
        var body = $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{{\"name\":\"echo\",{Meta}}}}}";
        return RawHttp.StatusAsync(gateway.Url, string.Join("\r\n",
        [
            $"POST {gateway.Url.AbsolutePath} HTTP/1.1", $"Host: {gateway.Url.Authority}", $"Authorization: Bearer {gateway.Token()}",
            "Content-Type: application/json",
            "Accept: application/json, text/event-stream", "MCP-Protocol-Version: 2026-07-28", .. headers, $"Content-Length: {body.Length}",
            "Connection: close", "", body,
        ]));
    }
}
