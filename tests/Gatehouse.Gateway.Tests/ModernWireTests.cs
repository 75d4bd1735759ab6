using System.Net;
using System.Text.Json;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>The wire of 2026-07-28: rows T and X of the specification list.</summary>
[Trait("Requirement", "ST-07")]
public sealed class ModernWireTests
{
    [Fact]
    [Trait("Requirement", "ST-05")]
    [Trait("Requirement", "T07")]
    [Trait("Requirement", "T08")]
    public async Task Message_CrossesInItsOriginalBytes()
    {
        await using var gateway = await TestGateway.StartAsync();
        const string odd = "{ \"params\" : {\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}},\r\n \"arguments\":{\"x\":1.50,\"\\u0041\":\"\\u00e9\"},\"name\":\"ec\\u0068o\"},\"id\":\"\\u0031\" , \"method\":\"tools/call\",\"jsonrpc\":\"2.0\",\"extra\":null}";
        var (status, body, _) =
            await gateway.CallAsync(
                gateway.Post(odd, null, ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/call"), ("Mcp-Name", "echo")));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("1", body.GetProperty("id").GetString());
        var request = Assert.Single(gateway.Upstream.Received, r => r.Text.Contains("arguments", StringComparison.Ordinal));
        Assert.Equal(odd, request.Text);
        Assert.Equal(["2026-07-28"], request.Header("MCP-Protocol-Version"));
        Assert.Equal(["tools/call"], request.Header("Mcp-Method"));
        Assert.Equal(["echo"], request.Header("Mcp-Name"));
        Assert.Equal("application/json, text/event-stream", Assert.Single(request.Header("Accept")));
    }

    [Theory]
    [InlineData("Mcp-Method", "tools/list", "tools/call", "echo")]
    [InlineData("Mcp-Method", "Tools/call", "tools/call", "echo")]
    [InlineData("Mcp-Name", "other", "tools/call", "echo")]
    [InlineData("Mcp-Name", "=?base64?b3RoZXI=?=", "tools/call", "echo")]
    [InlineData("Mcp-Name", "=?base64?***?=", "tools/call", "echo")]
    [InlineData("MCP-Protocol-Version", "2025-11-25", "tools/call", "echo")]
    [Trait("Requirement", "T09")]
    [Trait("Requirement", "T12")]
    [Trait("Requirement", "T13")]
    [Trait("Requirement", "T15")]
    public async Task HeaderThatDisagrees_IsRefusedAndTheUpstreamSeesNothing(string header, string value, string method, string name)
    {
        await using var gateway = await TestGateway.StartAsync();
        var request = gateway.Modern(method, $"\"name\":\"{name}\"", name);
        request.Headers.Remove(header);
        request.Headers.TryAddWithoutValidation(header, value);
        var (status, body, _) = await gateway.CallAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(-32020, body.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    [Fact]
    [Trait("Requirement", "T12")]
    public async Task MissingMirrorHeaders_AreRefused()
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var header in new[] { "Mcp-Method", "Mcp-Name" })
        {
            var request = gateway.Modern("tools/call", "\"name\":\"echo\"", "echo");
            request.Headers.Remove(header);
            Assert.Equal(-32020, (await gateway.CallAsync(request)).Body.GetProperty("error").GetProperty("code").GetInt32());
        }
    }

    [Fact]
    [Trait("Requirement", "T14")]
    public async Task EncodedName_IsDecodedBeforeItIsCompared()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (status, _, _) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "=?base64?ZWNobw==?="));
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    [Trait("Requirement", "T16")]
    [Trait("Requirement", "T18")]
    [Trait("Requirement", "T19")]
    [Trait("Requirement", "T22")]
    public async Task MarkedParameters_AreComparedWithTheToolsSchemaAndWrittenByUs()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.OnResult("tools/list",
            """{"resultType":"complete","tools":[{"name":"echo","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"},"n":{"type":"integer","x-mcp-header":"Count"}}}}]}""");
        const string arguments = "\"name\":\"echo\",\"arguments\":{\"region\":\"eu\",\"n\":42}";
        var (good, _, _) = await gateway.CallAsync(
            gateway.Modern("tools/call", arguments, "echo", null, ("Mcp-Param-Region", "eu"), ("Mcp-Param-Count", "42.0"),
                ("Mcp-Param-Unknown", "kept")));
        Assert.Equal(HttpStatusCode.OK, good);
        var request = gateway.Upstream.Received.Single(r => r.Text.Contains("region\":\"eu", StringComparison.Ordinal));
        Assert.Equal(["eu"], request.Header("Mcp-Param-Region"));
        Assert.Equal(["42"], request.Header("Mcp-Param-Count"));
        Assert.Equal(["kept"], request.Header("Mcp-Param-Unknown"));
        foreach (var headers in new (string, string)[][]
            { [("Mcp-Param-Region", "us"), ("Mcp-Param-Count", "42")], [("Mcp-Param-Count", "42")],
                [("Mcp-Param-Region", "eu"), ("Mcp-Param-Count", "43")] })
        {
            var (status, body, _) = await gateway.CallAsync(gateway.Modern("tools/call", arguments, "echo", null, headers));
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Equal(-32020, body.GetProperty("error").GetProperty("code").GetInt32());
        }

        var (surplus, _, _) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", null, ("Mcp-Param-Region", "eu")));
        Assert.Equal(HttpStatusCode.BadRequest, surplus);
    }

    [Fact]
    public async Task DefinitionsThatCannotBeRead_RefuseTheCall()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("tools/list", (context, _) => { context.Response.StatusCode = 500; return Task.CompletedTask; });
        var (status, body, response) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        // clients show such a body as it is
        Assert.Contains("the server's list", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("GH3015", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    [Fact]
    [Trait("Requirement", "T33")]
    public async Task MissingMeta_IsInvalidParams()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (status, body, _) =
            await gateway.CallAsync(
                gateway.Post("""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}""", null, ("MCP-Protocol-Version", "2026-07-28"),
                    ("Mcp-Method", "tools/list")));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(-32602, body.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}]", "GH3003")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", "GH3014")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"tools/list\"}", "GH3004")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"method\":\"tools/call\"}", "GH3002")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"Method\":\"tools/call\"}", "GH3002")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"} {}", "GH300")]
    [InlineData("{\"jsonrpc\":\"2.0\"", "GH3001")]
    [InlineData("", "GH3001")]
    [Trait("Requirement", "ST-06")]
    [Trait("Requirement", "T05")]
    [Trait("Requirement", "T37")]
    public async Task HostileBodies_AreRefused(string body, string code)
    {
        await using var gateway = await TestGateway.StartAsync();
        var (status, answer, _) =
            await gateway.CallAsync(gateway.Post(body, null, ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/list")));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(code, answer.GetProperty("error").GetProperty("data").GetProperty("code").GetString(), StringComparison.Ordinal);
        Assert.False(answer.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Null);
        Assert.Empty(gateway.Upstream.Of("tools/list"));
    }

    [Fact]
    [Trait("Requirement", "L07")]
    [Trait("Requirement", "T10")]
    public async Task UnsupportedRevision_NamesTheServersOwn()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (status, body, _) =
            await gateway.CallAsync(gateway.Post("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", null, ("MCP-Protocol-Version", "2099-01-01")));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(-32022, body.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal("2026-07-28", body.GetProperty("error").GetProperty("data").GetProperty("supported")[0].GetString());
    }

    [Fact]
    public async Task LegacyServer_TellsAModernClientItsRevision()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("server/discover", (context, message) =>
            RecordingUpstream.Json(context, """{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}"""));
        var (status, body, _) = await gateway.CallAsync(gateway.Modern("server/discover"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(-32022, body.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal("2025-11-25", body.GetProperty("error").GetProperty("data").GetProperty("supported")[0].GetString());
    }

    [Fact]
    [Trait("Requirement", "T04")]
    public async Task GetAndDelete_AreNotServed()
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var request in new[]
            { gateway.Get(null, ("MCP-Protocol-Version", "2026-07-28")), gateway.Delete(null, ("MCP-Protocol-Version", "2026-07-28")) })
        {
            var (status, _, response) = await gateway.CallAsync(request);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, status);
            Assert.NotEmpty(response.Content.Headers.Allow);
        }
    }

    [Fact]
    [Trait("Requirement", "T11")]
    public async Task UnknownMethod_Is404UnlessThePolicyNamesIt()
    {
        await using (var gateway = await TestGateway.StartAsync())
        {
            var (status, body, _) = await gateway.CallAsync(gateway.Modern("vendor/do"));
            Assert.Equal(HttpStatusCode.NotFound, status);
            Assert.Equal(-32601, body.GetProperty("error").GetProperty("code").GetInt32());
            Assert.Empty(gateway.Upstream.Of("vendor/do"));
        }

        await using var open = await TestGateway.StartAsync(rules: [new PolicyRule { Id = "v", Methods = new NameSet(["vendor/do"]) }]);
        open.Upstream.OnResult("vendor/do", """{"resultType":"complete"}""");
        Assert.Equal(HttpStatusCode.OK, (await open.CallAsync(open.Modern("vendor/do"))).Status);
    }

    [Fact]
    [Trait("Requirement", "AZ-01")]
    public async Task List_ShowsOnlyWhatMayBeCalled_AndIsThenPrivate()
    {
        await using var gateway = await TestGateway.StartAsync(rules:
        [
            new PolicyRule { Id = "all" },
            new PolicyRule { Id = "no-secret", Forbids = true, Tools = new NameSet(["secret"]) },
        ]);
        var (_, list, _) = await gateway.CallAsync(gateway.Modern("tools/list"));
        var result = list.GetProperty("result");
        Assert.Equal(["echo"], result.GetProperty("tools").EnumerateArray().Select(t => t.GetProperty("name").GetString()!));
        Assert.Equal("private", result.GetProperty("cacheScope").GetString());

        var (status, denied, _) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"secret\"", "secret"));
        var (otherStatus, missing, _) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"no-such\"", "no-such"));
        Assert.Equal(otherStatus, status);
        Assert.Equal(Shape(missing), Shape(denied));
        Assert.Empty(gateway.Upstream.Of("tools/call"));

        static string Shape(JsonElement answer)
        {
            var error = answer.GetProperty("error");
            return $"{error.GetProperty("code")} {error.GetProperty("message")} {error.GetProperty("data").GetProperty("code")} {error.GetProperty("data").GetProperty("remedy")}";
        }
    }

    [Fact]
    [Trait("Requirement", "ST-09")]
    [Trait("Requirement", "X10")]
    public async Task McpApps_AreNotOfferedNotListedAndNotRead()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.OnResult("server/discover",
            """{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"resources":{},"extensions":{"io.modelcontextprotocol/ui":{},"io.modelcontextprotocol/tasks":{"a":1},"vendor/x":{}}}}""");
        gateway.Upstream.OnResult("resources/list",
            """{"resultType":"complete","resources":[{"uri":"ui://evil/app","name":"a"},{"uri":"demo://a","name":"b"}],"cacheScope":"public"}""");
        var (_, discovered, _) = await gateway.CallAsync(gateway.Modern("server/discover"));
        Assert.Equal("""{"io.modelcontextprotocol/tasks":{"a":1}}""",
            discovered.GetProperty("result").GetProperty("capabilities").GetProperty("extensions").GetRawText());
        var (_, list, _) = await gateway.CallAsync(gateway.Modern("resources/list"));
        Assert.Equal("demo://a", Assert.Single(list.GetProperty("result").GetProperty("resources").EnumerateArray()).GetProperty("uri").GetString());
        var (_, read, _) = await gateway.CallAsync(gateway.Modern("resources/read", "\"uri\":\"UI://evil/app\"", "UI://evil/app"));
        Assert.Equal(-32602, read.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Empty(gateway.Upstream.Of("resources/read"));
    }

    [Fact]
    [Trait("Requirement", "AZ-07")]
    [Trait("Requirement", "T07")]
    [Trait("Requirement", "T26")]
    [Trait("Requirement", "T27")]
    [Trait("Requirement", "T29")]
    public async Task ServerRequestOnAStream_IsDropped()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("tools/call", (context, _) => RecordingUpstream.Events(
            context,
            "data: {\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"sampling/createMessage\",\"params\":{}}\n\n",
            "data: {\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{\"resultType\":\"complete\",\"content\":[]}}\n\n",
            "event: ping\ndata: x\n\n",
            ": comment\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\ndata: \"result\":{\"resultType\":\"complete\",\"content\":[]}}\n\n",
            "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}\n\n"));
        var (_, _, response) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal("data: {\"jsonrpc\":\"2.0\",\"id\":1, \"result\":{\"resultType\":\"complete\",\"content\":[]}}\n\n", text);
        Assert.Equal("no", response.Headers.GetValues("X-Accel-Buffering").Single());
    }

    [Theory]
    [InlineData("""{"resultType":"weird"}""", "GH8001")]
    [InlineData("""{"resultType":"input_required","inputRequests":{"a":{"method":"sampling/createMessage","params":{}}}}""", "GH8002")]
    [InlineData("""{"resultType":"input_required","inputRequests":{"a":{"method":"evil/do","params":{}}}}""", "GH8001")]
    [InlineData("""{"resultType":"task","taskId":"t"}""", "GH8002")]
    [Trait("Requirement", "H07")]
    [Trait("Requirement", "H09")]
    [Trait("Requirement", "T39")]
    [Trait("Requirement", "X05")]
    public async Task ResultsTheClientCannotTake_AreWithheld(string result, string code)
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.OnResult("tools/call", result);
        var (_, body, _) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
        Assert.Equal(code, body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
    }

    // H08: a server may ask for input in the answer to a call, a prompt or a resource, and nowhere else.
    [Theory]
    [InlineData("tools/call", "\"name\":\"echo\"", "echo", true)]
    [InlineData("prompts/get", "\"name\":\"p\"", "p", true)]
    [InlineData("resources/read", "\"uri\":\"demo://a\"", "demo://a", true)]
    [InlineData("completion/complete", "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"p\"},\"argument\":{\"name\":\"a\",\"value\":\"\"}", null, false)]
    [InlineData("server/discover", "", null, false)]
    [Trait("Requirement", "H08")]
    public async Task InputIsAskedFor_WhereTheProtocolAllowsItAlone(string method, string parameters, string? name, bool allowed)
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream
            .OnResult("prompts/list", """{"resultType":"complete","prompts":[{"name":"p"}]}""")
            .OnResult("resources/list", """{"resultType":"complete","resources":[{"uri":"demo://a","name":"a"}]}""");
        const string asks =
            """{"resultType":"input_required","inputRequests":{"a":{"method":"elicitation/create","params":{"message":"Which?","requestedSchema":{"type":"object","properties":{"colour":{"type":"string"}}}}}}}""";
        const string discovery =
            """{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{},"prompts":{},"resources":{},"completions":{}},"serverInfo":{"name":"r","version":"1"}}""";
        gateway.Upstream.OnResult(method, discovery); // what the gateway asks itself is answered
        var caller = new Era(gateway, modern: true, "alice");
        await caller.BeginAsync("""{"elicitation":{"form":{}}}""");
        await caller.AskAsync("tools/list");
        gateway.Upstream.OnResult(method, asks);
        var answer = await caller.AskAsync(method, parameters, name);
        Assert.Equal(allowed, answer.TryGetProperty("result", out _));
        if (!allowed) Assert.Equal("GH8001", answer.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
    }

    // H11: by form or by URL, as this very request says that its client can.
    [Theory]
    [InlineData("{\"elicitation\":{\"form\":{}}}", "form", true)]
    [InlineData("{\"elicitation\":{\"form\":{}}}", "url", false)]
    [InlineData("{\"elicitation\":{\"url\":{}}}", "url", true)]
    [InlineData("{\"elicitation\":{\"url\":{}}}", "form", false)]
    [InlineData("{\"elicitation\":{}}", "form", true)]
    [InlineData("{\"elicitation\":{}}", "url", false)]
    [InlineData("{}", "form", false)]
    [Trait("Requirement", "H11")]
    public async Task ModeThatTheClientLacks_IsNotAskedIn(string declared, string mode, bool allowed)
    {
        await using var gateway = await TestGateway.StartAsync();
        var parameters = mode == "url"
            ? "\"mode\":\"url\",\"message\":\"Look\",\"url\":\"https://a.example/\",\"elicitationId\":\"e\""
            : "\"message\":\"Which?\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{\"colour\":{\"type\":\"string\"}}}";
        gateway.Upstream.OnResult("tools/call",
            $"{{\"resultType\":\"input_required\",\"inputRequests\":{{\"a\":{{\"method\":\"elicitation/create\",\"params\":{{{parameters}}}}}}}}}");
        var caller = new Era(gateway, modern: true, "alice");
        await caller.BeginAsync(declared);
        var answer = await caller.AskAsync("tools/call", "\"name\":\"echo\"", "echo");
        Assert.Equal(allowed, answer.TryGetProperty("result", out _));
        if (!allowed) Assert.Equal("GH8002", answer.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
    }

    [Fact]
    [Trait("Requirement", "H01")]
    [Trait("Requirement", "H02")]
    [Trait("Requirement", "H03")]
    [Trait("Requirement", "H04")]
    [Trait("Requirement", "H06")]
    public async Task RequestState_IsBoundToCallerMethodAndName()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.OnResult("tools/call", """{"resultType":"input_required","inputRequests":{},"requestState":"upstream \"state\""}""");
        var (_, body, _) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
        var state = body.GetProperty("result").GetProperty("requestState").GetString()!;
        Assert.DoesNotContain("upstream", state, StringComparison.Ordinal);

        async Task<string?> RetryAsync(string name, string sent, string subject, string? header = null)
        {
            var (_, answer, _) =
                await gateway.CallAsync(
                    gateway.Modern("tools/call", $"\"name\":\"{name}\",\"requestState\":\"{sent}\"", header ?? name, gateway.Token(subject)));
            return answer.TryGetProperty("error", out var error) ? error.GetProperty("data").GetProperty("code").GetString() : null;
        }

        var calls = gateway.Upstream.Of("tools/call").Count;
        Assert.Equal("GH6002", await RetryAsync("echo", state, "bob"));
        Assert.Equal("GH6002", await RetryAsync("secret", state, "alice"));
        Assert.Equal("GH6002", await RetryAsync("echo", state[..^2] + (state[^2] == 'A' ? "BA" : "AA"), "alice"));
        Assert.Equal("GH6002", await RetryAsync("echo", "upstream", "alice"));
        Assert.Equal("GH6002", await RetryAsync("echo\",\"arguments\":{\"other\":1},\"x\":\"", state, "alice", "echo"));
        Assert.Equal(calls, gateway.Upstream.Of("tools/call").Count);
        Assert.Null(await RetryAsync("echo", state, "alice"));
        Assert.Contains("\"requestState\":\"upstream \\\"state\\\"\"", gateway.Upstream.Of("tools/call")[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "X01")]
    public async Task Task_BelongsToWhomItWasMadeFor()
    {
        await using var gateway = await TestGateway.StartAsync();
        const string tasks =
            "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}}";
        gateway.Upstream.OnResult("tools/call", """{"resultType":"task","taskId":"t-1","status":"working"}""");
        gateway.Upstream.OnResult("tasks/get", """{"resultType":"complete","taskId":"t-1","status":"working"}""");
        var call = gateway.Post($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{{\"name\":\"echo\",{tasks}}}}}", null,
            ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/call"), ("Mcp-Name", "echo"));
        Assert.Equal("t-1", (await gateway.CallAsync(call)).Body.GetProperty("result").GetProperty("taskId").GetString());

        HttpRequestMessage Get(string subject, string id) =>
            gateway.Post($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tasks/get\",\"params\":{{\"taskId\":\"{id}\",{tasks}}}}}",
                gateway.Token(subject), ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tasks/get"), ("Mcp-Name", id));
        var foreign = (await gateway.CallAsync(Get("bob", "t-1"))).Body.GetProperty("error").GetProperty("message").GetString();
        var missing = (await gateway.CallAsync(Get("alice", "t-2"))).Body.GetProperty("error").GetProperty("message").GetString();
        Assert.Equal(missing, foreign);
        Assert.Empty(gateway.Upstream.Of("tasks/get"));
        Assert.Equal("working", (await gateway.CallAsync(Get("alice", "t-1"))).Body.GetProperty("result").GetProperty("status").GetString());
    }

    [Fact]
    [Trait("Requirement", "T28")]
    public async Task ClosingTheConnection_CancelsTheUpstreamRequest()
    {
        await using var gateway = await TestGateway.StartAsync();
        var seen = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        gateway.Upstream.On("tools/call", async (context, _) =>
        {
            seen.SetResult();
            context.RequestAborted.Register(() => aborted.TrySetResult());
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var leave = new CancellationTokenSource();
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        var call = client.SendAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"), leave.Token);
        await seen.Task.WaitAsync(TimeSpan.FromMinutes(2));
        await leave.CancelAsync();
        await aborted.Task.WaitAsync(TimeSpan.FromMinutes(2));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call);
    }

    [Fact]
    public async Task TwoCallersOnOneConnection_GetTheirOwnDecisions()
    {
        await using var gateway = await TestGateway.StartAsync(rules:
        [
            new PolicyRule { Id = "alice", Who = new WhoClause { Subjects = new NameSet(["alice"]) } },
            new PolicyRule { Id = "bob", Who = new WhoClause { Subjects = new NameSet(["bob"]) }, Tools = new NameSet(["secret"]) },
        ]);
        for (var i = 0; i < 3; i++)
        {
            Assert.True((await gateway.CallAsync(
                gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", gateway.Token("alice")))).Body.TryGetProperty("result", out _));
            Assert.True((await gateway.CallAsync(
                gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", gateway.Token("bob")))).Body.TryGetProperty("error", out _));
            Assert.Equal(HttpStatusCode.Unauthorized,
                (await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", ""))).Status);
        }
    }
}
