using System.Net;
using System.Text.Json;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Protocol;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Containment;

/// <summary>What is contained gets nothing and gives nothing, by whatever method, and what is not contained goes on (IR-01).</summary>
[Trait("Requirement", "IR-01")]
public sealed class ContainmentTests
{
    private static readonly string[] Kinds = ["server", "user", "client"];

    /// <summary>Every request that a client may send, in the eras that have it.</summary>
    public static TheoryData<string, bool> Eras
    {
        get
        {
            var all = new TheoryData<string, bool>();
            foreach (var kind in Kinds)
            {
                all.Add(kind, true);
                all.Add(kind, false);
            }

            return all;
        }
    }

    public static TheoryData<bool> BothEras => [true, false];

    [Theory]
    [MemberData(nameof(Eras))]
    public async Task ContainedServerUserOrClient_GetsNothing_ThroughAnyMethodOfTheTable(string kind, bool modern)
    {
        await using var gateway = await StartAsync();
        var desk = new ContainmentDesk(gateway);
        var (alice, bob) = (await BeginAsync(gateway, modern), await BeginAsync(gateway, modern, "bob"));
        var reached = new List<string>();
        var methods = Methods(modern).ToList();
        foreach (var method in methods)
        {
            await MakeTaskAsync(gateway, alice, modern);
            gateway.Upstream.Forget();
            await AnswerAsync(gateway, alice, method);
            if (gateway.Upstream.Of(method.Name).Count > 0) reached.Add(method.Name);
        }

        // Without a containment they reach the server, those about the caller's own task among them.
        Assert.Equal(methods.Select(static method => method.Name).Where(IsOfTask), reached.Where(IsOfTask));
        Assert.Contains("tools/call", reached);
        await MakeTaskAsync(gateway, alice, modern);
        await gateway.NothingUnderWayAsync();
        await desk.ContainAsync(kind, kind switch { "server" => "up", "user" => "alice", _ => "tests" });
        gateway.Upstream.Forget();
        foreach (var method in methods)
        {
            var (status, body) = await AnswerAsync(gateway, alice, method);
            Assert.NotEqual(HttpStatusCode.Accepted, status);
            Assert.False(body.Contains("\"result\":", StringComparison.Ordinal), $"{method.Name}: {status} {body}");
            Assert.DoesNotContain("GH4003", body, StringComparison.Ordinal); // it is not refused as unknown
        }

        Assert.Empty(gateway.Upstream.Received);
        // A client is contained with all its users; a server for all; a user alone.
        var other = await AnswerAsync(gateway, bob, methods.Single(method => method.Name == "tools/list"));
        Assert.Equal(kind == "user", other.Body.Contains("\"result\":", StringComparison.Ordinal));
        await desk.ReleaseAsync((await desk.ListAsync())[0].Id);
        var again = await BeginAsync(gateway, modern); // its session ended for good
        Assert.Contains("\"result\":", (await AnswerAsync(gateway, again, methods.Single(method => method.Name == "tools/list"))).Body,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(BothEras))]
    public async Task ContainedTool_IsNeitherListedNorCalled_AndTheOthersAre(bool modern)
    {
        await using var gateway = await StartAsync();
        var desk = new ContainmentDesk(gateway);
        var alice = await BeginAsync(gateway, modern);
        Assert.Equal(["echo", "secret"], await ToolsAsync(alice));
        var id = await desk.ContainAsync("tool", "secret");
        Assert.Equal(["echo"], await ToolsAsync(alice));
        var refused = await alice.AskAsync("tools/call", "\"name\":\"secret\",\"arguments\":{}", "secret");
        Assert.Equal("GH9010", Code(refused));
        Assert.Equal([$"contained:{id}"], DetailsOf(await RefusedAsync(gateway, "GH9010"), "decision"));
        foreach (var file in Directory.GetFiles(gateway.Host.State.Audit, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file) == "lock") continue;
            Assert.Equal(-1, (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).AsSpan().IndexOf("contained:ctn-"u8)); // sealed
        }

        Assert.Equal((desk.Issuer, "carol"), (Assert.Single(await desk.ListAsync()).ByIssuer, Assert.Single(await desk.ListAsync()).By));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        Assert.True((await alice.AskAsync("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo")).TryGetProperty("result", out _));
        await desk.ReleaseAsync(id);
        Assert.True((await alice.AskAsync("tools/call", "\"name\":\"secret\",\"arguments\":{}", "secret")).TryGetProperty("result", out _));
    }

    // Threat: the name of a client is chosen by a stranger who registers it. Containing the client "*" must not contain all of them.
    [Theory]
    [InlineData("user", "*")]
    [InlineData("user", "a*")]
    [InlineData("client", "*")]
    [InlineData("tool", "*")]
    public async Task NameWithAStar_IsThatNameAlone(string kind, string name)
    {
        await using var gateway = await StartAsync();
        var alice = await BeginAsync(gateway, modern: true);
        await new ContainmentDesk(gateway).ContainAsync(kind, name);
        Assert.Equal(["echo", "secret"], await ToolsAsync(alice));
    }

    [Fact]
    public async Task CallerWithoutTheRight_LearnsNothingOfTheContainment()
    {
        await using var gateway = await StartAsync();
        var mallory = new Era(gateway, modern: true, "mallory");
        await mallory.BeginAsync();
        var before = await mallory.AskAsync("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo");
        await new ContainmentDesk(gateway).ContainAsync("server", "up");
        var after = await mallory.AskAsync("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo");
        Assert.Equal(Code(before), Code(after));
        Assert.Equal("GH4005", Code(after));
    }

    [Theory]
    [InlineData("server", "up")]
    [InlineData("tool", "echo")]
    [InlineData("user", "alice")]
    [InlineData("client", "tests")]
    [InlineData("session", "")]
    public async Task StreamAndCallInProgress_AreCut_CancelledAtTheServer_AndOfUnknownOutcome(string kind, string name)
    {
        await using var gateway = await StartAsync();
        var cancelled = new TaskCompletionSource();
        gateway.Upstream.On("notifications/cancelled", (context, _) =>
        {
            context.Response.StatusCode = 202;
            cancelled.TrySetResult();
            return Task.CompletedTask;
        });
        await using var open = await SignIn.OpenExchanges.OpenAsync(gateway, gateway.Token());
        var uid = Assert.Single(gateway.Host.Sessions.Entries).Binding.Uid;
        var desk = new ContainmentDesk(gateway);
        var id = await desk.ContainAsync(kind, kind == "session" ? uid : name);
        await cancelled.Task.WaitAsync(TimeSpan.FromMinutes(2));
        if (kind == "tool") await Eventually.TrueAsync(() => !open.AreOpen, "the call has ended"); // the stream of the session continues
        else await open.EndAsync();
        await Eventually.TrueAsync(() => UnknownOutcomes(gateway) == 1, "the entry of the call says that its outcome is unknown");
        var entry = gateway.Entries().Single(static entry => entry.GetRawText().Contains("outcome-unknown", StringComparison.Ordinal));
        Assert.Equal("GH9010", entry.GetProperty("code").GetString());
        Assert.Contains($"contained:{id}", DetailsOf(entry, "decision"));
        var part = entry.GetProperty("parts").EnumerateArray().Single(part =>
            part.TryGetProperty("reason", out var reason) && reason.GetString() == "outcome-unknown");
        Assert.Equal(("forward", "gap"), (part.GetProperty("kind").GetString(), part.GetProperty("outcome").GetString()));
        var made = Assert.Single(desk.Entries());
        Assert.Equal(("1", kind == "tool" ? "1" : "2", kind),
            (made.GetProperty("unknown").GetString(), made.GetProperty("fact.cut").GetString(), made.GetProperty("fact.kind").GetString()));
        Assert.False(made.TryGetProperty("recovered", out _));
    }

    [Fact]
    public async Task ContainedSession_IsRefusedWithItsReason_AndAnotherSessionOfTheCallerWorks()
    {
        await using var gateway = await StartAsync();
        var handle = await gateway.InitializeAsync();
        var uid = Assert.Single(gateway.Host.Sessions.Entries).Binding.Uid;
        var desk = new ContainmentDesk(gateway);
        var id = await desk.ContainAsync("session", uid);
        Assert.Equal("contained-already", (await desk.TryContainAsync(desk.Of("session", uid))).Refusal!.Why);
        const string list = """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""";
        var (status, body, _) = await gateway.CallAsync(gateway.Post(list, null, ("Mcp-Session-Id", handle)));
        Assert.Equal((HttpStatusCode.Forbidden, "GH9010"), (status, Code(body)));
        var refused = await RefusedAsync(gateway, "GH9010");
        Assert.Empty(DetailsOf(refused, "decision")); // the entry of the containment has the session, and this one has the name
        // Another caller's use of the handle is answered as that of an unknown one.
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.CallAsync(gateway.Post(list, gateway.Token("bob"), ("Mcp-Session-Id", handle)))).Status);
        var next = await gateway.InitializeAsync();
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(list, null, ("Mcp-Session-Id", next)))).Status);
        await desk.ReleaseAsync(id);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.CallAsync(gateway.Post(list, null, ("Mcp-Session-Id", handle)))).Status);
    }

    [Fact]
    public async Task SubscriptionOfTheModernEra_IsCut()
    {
        await using var gateway = await StartAsync();
        var arrived = new TaskCompletionSource();
        gateway.Upstream.On("subscriptions/listen", async (context, message) =>
        {
            await RecordingUpstream.Events(context, $"data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":{{\"_meta\":{{\"io.modelcontextprotocol/subscriptionId\":{message.GetProperty("id").GetRawText()}}}}}}}\n\n");
            arrived.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var alice = await BeginAsync(gateway, modern: true);
        using var client = new HttpClient();
        var reading = client.SendAsync(alice.Request("subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}"));
        await arrived.Task.WaitAsync(TimeSpan.FromMinutes(2));
        await Eventually.TrueAsync(() => gateway.Host.Registry.Streams().Count == 1, "the stream is open");
        var made = await new ContainmentDesk(gateway).TryContainAsync(new("server", "", "up", ""));
        Assert.Equal((1, 0), (made.Result!.Impact.Streams, made.Result.Impact.Unknown));
        await Eventually.TrueAsync(() => reading.IsCompleted && gateway.Host.Registry.Count == 0, "the stream has ended");
    }

    // Threat: a call passes authorization by the snapshot from before, waits for its turn at the server, and is forwarded after the containment.
    [Theory]
    [InlineData("server", "up")]
    [InlineData("tool", "echo")]
    [InlineData("user", "alice")]
    [InlineData("client", "tests")]
    public async Task CallThatWaitsForItsTurn_IsNotForwarded(string kind, string name)
    {
        await using var gateway = await StartAsync(settings => settings with
        {
            Servers = [settings.Servers[0] with { Concurrency = 1 }],
        });
        var release = new TaskCompletionSource();
        var arrived = new TaskCompletionSource();
        gateway.Upstream.On("tools/call", async (context, message) =>
        {
            arrived.TrySetResult();
            await release.Task;
            await RecordingUpstream.Json(context, $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"content\":[]}}}}");
        });
        var (alice, bob) = (await BeginAsync(gateway, true), await BeginAsync(gateway, true, "bob"));
        var first = bob.AskAsync("tools/call", "\"name\":\"secret\",\"arguments\":{}", "secret");
        await arrived.Task.WaitAsync(TimeSpan.FromMinutes(2));
        var waiting = alice.AskAsync("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo");
        await Eventually.TrueAsync(() => gateway.Host.Registry.Waiting("up") == 1, "the call waits for its turn");
        await new ContainmentDesk(gateway).ContainAsync(kind, name);
        Assert.Equal("GH9010", Code(await waiting));
        release.SetResult();
        await first;
        await gateway.NothingUnderWayAsync();
        await gateway.Host.Core.Services.Audit.FlushAsync();
        Assert.Single(gateway.Upstream.Of("tools/call"));
        // The server had bob's call, which was cut with the server or the client; it never had alice's.
        Assert.Equal(kind is "server" or "client" ? 1 : 0, UnknownOutcomes(gateway));
    }

    [Fact]
    public async Task DryRun_ListsWhomItWouldAffect_AndChangesNothing()
    {
        await using var gateway = await StartAsync();
        await using var open = await SignIn.OpenExchanges.OpenAsync(gateway, gateway.Token());
        var desk = new ContainmentDesk(gateway);
        var preview = (await desk.PreviewAsync(desk.Of("server", "up"))).Result!;
        // A request whose answer has just come may still be in progress at the gateway.
        await Eventually.TrueAsync(
            async () => (preview = (await desk.PreviewAsync(desk.Of("server", "up"))).Result!).Impact.Requests <= 1, "only the open request is in progress");
        Assert.Equal((1, 1, 1, 1), (preview.Impact.Requests, preview.Impact.Unknown, preview.Impact.Streams, preview.Impact.Sessions));
        Assert.Equal(["alice"], preview.Impact.People);
        Assert.StartsWith("nothing was changed; to contain server up would end now: 1 request, 1 stream, 1 session, of 1 person (alice)",
            preview.Sentence, StringComparison.Ordinal);
        Assert.True(open.AreOpen);
        Assert.Empty(await desk.ListAsync());
        Assert.Empty(desk.Acts());
        Assert.Equal(0, (await desk.PreviewAsync(desk.Of("user", "nobody"))).Result!.Impact.Requests);
    }

    [Fact]
    public async Task StatusAndMetrics_ShowWhatIsContained()
    {
        await using var gateway = await StartAsync();
        var id = await new ContainmentDesk(gateway).ContainAsync("server", "up");
        var facts = new Gatehouse.Gateway.Administration.GatewayStatus(gateway.Host).Facts();
        Assert.Equal(("1", "server up"), (facts["contained"], facts["contained." + id]));
        var text = gateway.Host.Metrics().Text();
        Assert.Contains("gatehouse_containments{kind=\"server\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("gatehouse_containments{kind=\"user\"} 0", text, StringComparison.Ordinal);
    }

    private static int UnknownOutcomes(TestGateway gateway) =>
        gateway.Entries().Count(static entry => entry.GetRawText().Contains("outcome-unknown", StringComparison.Ordinal));

    private static async Task<TestGateway> StartAsync(Func<GatewaySettings, GatewaySettings>? change = null)
    {
        var gateway = await TestGateway.StartAsync(change);
        gateway.Upstream.OnResult("prompts/list", """{"resultType":"complete","prompts":[{"name":"p"}]}""");
        gateway.Upstream.OnResult("prompts/get", """{"resultType":"complete","messages":[]}""");
        gateway.Upstream.OnResult("resources/list", """{"resultType":"complete","resources":[{"uri":"file:///a","name":"a"}]}""");
        gateway.Upstream.OnResult("resources/templates/list", """{"resultType":"complete","resourceTemplates":[]}""");
        gateway.Upstream.OnResult("resources/read", """{"resultType":"complete","contents":[]}""");
        gateway.Upstream.OnResult("completion/complete", """{"resultType":"complete","completion":{"values":[]}}""");
        gateway.Upstream.OnResult("server/discover",
            """{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{"listChanged":true},"prompts":{},"resources":{"subscribe":true},"completions":{},"logging":{},"extensions":{"io.modelcontextprotocol/tasks":{}}},"serverInfo":{"name":"recording","version":"1"}}""");
        foreach (var method in new[] { "tasks/get", "tasks/update", "tasks/cancel" })
            gateway.Upstream.OnResult(method, """{"resultType":"complete","taskId":"t-1","status":"working"}""");
        gateway.Upstream.OnResult("tasks/list", """{"tasks":[{"taskId":"t-1","status":"working"}]}""");
        gateway.Upstream.OnResult("tasks/result", """{"content":[]}""");
        return gateway;
    }

    private static async Task<Era> BeginAsync(TestGateway gateway, bool modern, string subject = "alice")
    {
        var era = new Era(gateway, modern, subject);
        await era.BeginAsync(modern ? """{"extensions":{"io.modelcontextprotocol/tasks":{}}}""" : "{}");
        return era;
    }

    // The task that the rows of the table name.
    private static async Task MakeTaskAsync(TestGateway gateway, Era era, bool modern)
    {
        gateway.Upstream.OnResult("tools/call", modern
            ? """{"resultType":"task","taskId":"t-1","status":"working"}""" : """{"task":{"taskId":"t-1","status":"working"}}""");
        var made = await era.AskAsync("tools/call", "\"name\":\"echo\",\"arguments\":{}" + (modern ? "" : ",\"task\":{}"), "echo");
        Assert.True(made.TryGetProperty("result", out _), made.GetRawText());
        gateway.Upstream.OnResult("tools/call", """{"resultType":"complete","content":[]}""");
    }

    private static bool IsOfTask(string method) => method.StartsWith("tasks/", StringComparison.Ordinal);

    private static async Task<IReadOnlyList<string>> ToolsAsync(Era era) =>
    [
        .. (await era.AskAsync("tools/list")).GetProperty("result").GetProperty("tools").EnumerateArray()
            .Select(static tool => tool.GetProperty("name").GetString()!),
    ];

    private static IEnumerable<ProtocolMethod> Methods(bool modern) => ProtocolMethods.All.Where(method =>
        method.Kind == MessageKind.Request && method.Direction.HasFlag(MethodDirection.ClientToServer) && method.Name != "initialize"
            && method.ExistsIn(modern ? ProtocolRevision.V20260728 : ProtocolRevision.V20251125));

    private static async Task<(HttpStatusCode Status, string Body)> AnswerAsync(TestGateway gateway, Era era, ProtocolMethod method)
    {
        var (parameters, name) = method.Name switch
        {
            "tools/call" => ("\"name\":\"echo\",\"arguments\":{}", "echo"),
            "prompts/get" => ("\"name\":\"p\"", "p"),
            "resources/read" => ("\"uri\":\"file:///a\"", "file:///a"),
            "resources/subscribe" or "resources/unsubscribe" => ("\"uri\":\"file:///a\"", null),
            "completion/complete" => ("\"ref\":{\"type\":\"ref/prompt\",\"name\":\"p\"},\"argument\":{\"name\":\"a\",\"value\":\"\"}", null),
            "logging/setLevel" => ("\"level\":\"info\"", null),
            "subscriptions/listen" => ("\"notifications\":{\"toolsListChanged\":true}", null),
            _ when method.Name.StartsWith("tasks/", StringComparison.Ordinal) && method.Name != "tasks/list" => ("\"taskId\":\"t-1\"", "t-1"),
            _ => ("", (string?)null),
        };
        using var response = await gateway.SendAsync(era.Request(method.Name, parameters, name));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<JsonElement> RefusedAsync(TestGateway gateway, string code)
    {
        JsonElement? Find() => gateway.Entries().Where(entry => entry.TryGetProperty("code", out var own) && own.GetString() == code)
            .Select(static entry => (JsonElement?)entry).SingleOrDefault();
        await Eventually.TrueAsync(() => Find() is not null, "the refused call has its entry");
        return Find()!.Value;
    }

    private static IReadOnlyList<string> DetailsOf(JsonElement entry, string kind) =>
    [
        .. entry.GetProperty("parts").EnumerateArray().Where(part => part.GetProperty("kind").GetString() == kind)
            .Where(static part => part.TryGetProperty("detail", out _)).Select(static part => part.GetProperty("detail").GetString()!),
    ];

    private static string? Code(JsonElement body) => body.GetProperty("error").GetProperty("data").GetProperty("code").GetString();
}
