using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>That something changed is told to those who see the change (AZ-01), and the catalogue hears it at once.</summary>
[Trait("Requirement", "AZ-01")]
[Trait("NoRetry", "yes")]
public sealed class ChangeTests
{
    private const string ToolsChanged = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"META}";

    private static readonly PolicyRule[] Rules =
    [
        new PolicyRule { Id = "alice", Who = new WhoClause { Subjects = new NameSet(["alice"]) }, Directions = TestGateway.EveryDirection },
        new PolicyRule { Id = "bob", Who = new WhoClause { Subjects = new NameSet(["bob"]) }, Tools = new NameSet(["t1", "t2"]),
            Resources = new UriSet(["demo://open"]), Methods = new NameSet(["subscriptions/listen"]) },
        new PolicyRule { Id = "hidden", Forbids = true, Who = new WhoClause { Subjects = new NameSet(["bob"]) }, Tools = new NameSet(["hidden*"]),
            Resources = new UriSet(["demo://hidden"]) },
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "H28")]
    public async Task ListChanged_ReachesWhoseListChanged(bool modern)
    {
        // Each change is told by itself, since its list is fetched before the next one.
        await using var gateway = await TestGateway.StartAsync(
            s => s with { Servers = [s.Servers[0] with { Lists = s.Servers[0].Lists with { Changes = new Rate(1000, TimeSpan.FromSeconds(1)) } }] },
            rules: Rules);
        gateway.Upstream.OnResult("tools/list", Tools("t1", "hidden1"));
        var says = Channel.CreateUnbounded<(string Tools, TaskCompletionSource Said)>();
        gateway.Upstream.On(modern ? "subscriptions/listen" : "GET", async (context, message) =>
        {
            var meta = modern ? $",\"params\":{{\"_meta\":{{\"io.modelcontextprotocol/subscriptionId\":{message.GetProperty("id").GetRawText()}}}}}" : "";
            await RecordingUpstream.Events(context, ": open\n\n");
            await foreach (var (tools, said) in says.Reader.ReadAllAsync(context.RequestAborted))
            {
                gateway.Upstream.OnResult("tools/list", tools);
                await RecordingUpstream.Events(context, $"data: {ToolsChanged.Replace("META", meta, StringComparison.Ordinal)}\n\n");
                said.SetResult();
            }

            await RecordingUpstream.Events(context, "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/list_changed\"}\n\n");
        });
        var bob = new Era(gateway, modern, "bob");
        await bob.BeginAsync();
        await bob.AskAsync("tools/list");
        var stream = gateway.SendAsync(modern ? bob.Request("subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}") : bob.Listen());
        await SayAsync(Tools("t1", "hidden1", "hidden2")); // nothing that he sees
        await SayAsync(Tools("t1", "hidden1", "t2"));      // a tool of his
        await SayAsync(Tools("t1", "t2"));                 // one that he never saw is gone
        await SayAsync(Tools("t1"));                       // one of his is gone
        says.Writer.Complete();
        var text = await (await stream).Content.ReadAsStringAsync();
        Assert.Equal(2, text.Split("tools/list_changed").Length - 1);
        Assert.Equal("GH4003", Code(await bob.AskAsync("tools/call", "\"name\":\"t2\"", "t2"))); // what is known is what was said last

        async Task SayAsync(string tools)
        {
            var said = new TaskCompletionSource();
            await says.Writer.WriteAsync((tools, said));
            await said.Task.WaitAsync(TimeSpan.FromMinutes(2));
            // Until the gateway has asked for the list that was announced.
            await Eventually.TrueAsync(() => gateway.Upstream.Of("tools/list").Count > asked, "the list was asked for again");
            asked = gateway.Upstream.Of("tools/list").Count;
        }
    }

    private int asked = 1;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ListChanged_PassesWhereNothingIsHidden(bool modern)
    {
        await using var gateway = await TestGateway.StartAsync(rules: Rules);
        gateway.Upstream.OnResult("tools/list", Tools("t1", "hidden1"));
        gateway.Upstream.On(modern ? "subscriptions/listen" : "GET", (context, message) => RecordingUpstream.Events(
            context, $"data: {ToolsChanged.Replace("META", modern ? $",\"params\":{{\"_meta\":{{\"io.modelcontextprotocol/subscriptionId\":{message.GetProperty("id").GetRawText()}}}}}" : "", StringComparison.Ordinal)}\n\n"));
        foreach (var (subject, told) in new[] { ("alice", true), ("bob", false) })
        {
            var caller = new Era(gateway, modern, subject);
            await caller.BeginAsync();
            var response = await gateway.SendAsync(modern
                ? caller.Request("subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}") : caller.Listen());
            Assert.Equal(told, (await response.Content.ReadAsStringAsync()).Contains("list_changed", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Updates_ReachWhoSubscribedAndMayRead(bool modern)
    {
        await using var gateway = await TestGateway.StartAsync(rules: Rules);
        gateway.Upstream
            .OnResult("resources/list",
            """{"resultType":"complete","resources":[{"uri":"demo://open"},{"uri":"demo://hidden"},{"uri":"demo://other"}]}""")
            .OnResult("resources/templates/list", """{"resultType":"complete","resourceTemplates":[]}""")
            .OnResult("resources/subscribe", "{}").OnResult("resources/unsubscribe", "{}");
        gateway.Upstream.On(modern ? "subscriptions/listen" : "GET", (context, message) =>
        {
            var meta = modern ? $",\"_meta\":{{\"io.modelcontextprotocol/subscriptionId\":{message.GetProperty("id").GetRawText()}}}" : "";
            return RecordingUpstream.Events(context, [.. new[] { "demo://hidden", "demo://other", "demo://open", "demo://open/part", "demo://opener" }
                .Select(uri => $"data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{{\"uri\":\"{uri}\"{meta}}}}}\n\n")]);
        });
        var alice = new Era(gateway, modern, "alice");
        await alice.BeginAsync();
        if (!modern) Assert.True((await alice.AskAsync("resources/subscribe", "\"uri\":\"demo://open\"")).TryGetProperty("result", out _));
        var response = await gateway.SendAsync(modern
            ? alice.Request("subscriptions/listen", "\"notifications\":{\"resourceSubscriptions\":[\"demo://open\"]}") : alice.Listen());
        Assert.Equal(["demo://open", "demo://open/part"], Uris(await response.Content.ReadAsStringAsync()));

        if (modern) return;
        await alice.AskAsync("resources/unsubscribe", "\"uri\":\"demo://open\"");
        Assert.Empty(Uris(await (await gateway.SendAsync(alice.Listen())).Content.ReadAsStringAsync()));
        var bob = new Era(gateway, modern, "bob"); // subscribed, but a part of it is not his to read
        await bob.BeginAsync();
        await bob.AskAsync("resources/subscribe", "\"uri\":\"demo://open\"");
        Assert.Equal(["demo://open"], Uris(await (await gateway.SendAsync(bob.Listen())).Content.ReadAsStringAsync()));

        static IEnumerable<string> Uris(string text) => text.Split('\n').Where(l => l.StartsWith("data: {", StringComparison.Ordinal))
            .Select(l => JsonDocument.Parse(l["data: ".Length..]).RootElement.GetProperty("params").GetProperty("uri").GetString()!);
    }

    [Fact]
    [Trait("Requirement", "ST-07")]
    [Trait("Requirement", "T25")]
    public async Task ForgedNameInALegacyRequest_ChangesNoDecision()
    {
        // T25: in 2025-11-25 nobody validates the mirrored headers, so nothing is read from them.
        await using var gateway = await TestGateway.StartAsync(rules: Rules);
        gateway.Upstream.OnResult("tools/list", Tools("t1", "hidden1"));
        var bob = new Era(gateway, modern: false, "bob");
        await bob.BeginAsync();
        var forged = bob.Request("tools/call", "\"name\":\"hidden1\"");
        foreach (var (header, value) in new[] { ("Mcp-Method", "tools/call"), ("Mcp-Name", "t1") })
            forged.Headers.TryAddWithoutValidation(header, value);
        Assert.Equal("GH4003", Code((await gateway.CallAsync(forged)).Body));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        var honest = bob.Request("tools/call", "\"name\":\"t1\"");
        honest.Headers.TryAddWithoutValidation("Mcp-Name", "hidden1");
        Assert.True((await gateway.CallAsync(honest)).Body.TryGetProperty("result", out _));
        Assert.Empty(Assert.Single(gateway.Upstream.Of("tools/call")).Header("Mcp-Name"));
    }

    [Fact]
    [Trait("Requirement", "ST-07")]
    [Trait("Requirement", "H07")]
    [Trait("Requirement", "T34")]
    [Trait("Requirement", "T35")]
    public async Task OneConnection_ManyCallers_EachWithTheirOwnListsErasAndQuestions()
    {
        // T34, T35: on one keep-alive connection nothing of one request serves the next.
        await using var gateway = await TestGateway.StartAsync(rules: Rules);
        gateway.Upstream.OnResult("tools/list", Tools("t1", "hidden1"));
        gateway.Upstream.OnResult("tools/call", """{"resultType":"input_required","inputRequests":{"a":{"method":"roots/list"}}}""");
        var connections = 0;
        using var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 1,
            ConnectCallback = async (context, cancellation) =>
            {
                Interlocked.Increment(ref connections);
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        });
        Era alice = new(gateway, modern: true, "alice"), bob = new(gateway, modern: true, "bob"), silent =
            new(gateway, modern: true, "alice"), legacy = new(gateway, modern: false, "bob");
        await alice.BeginAsync("""{"roots":{}}""");
        await legacy.BeginAsync();
        for (var i = 0; i < 5; i++)
        {
            Assert.Contains("hidden1", await SendAsync(alice.Request("tools/list")), StringComparison.Ordinal);
            Assert.DoesNotContain("hidden1", await SendAsync(bob.Request("tools/list")), StringComparison.Ordinal);
            Assert.DoesNotContain("hidden1", await SendAsync(legacy.Request("tools/list")), StringComparison.Ordinal);
            Assert.Contains("roots/list", await SendAsync(alice.Request("tools/call", "\"name\":\"t1\"", "t1")), StringComparison.Ordinal);
            // the same person, who declared nothing this time
            Assert.Contains("-32021", await SendAsync(silent.Request("tools/call", "\"name\":\"t1\"", "t1")), StringComparison.Ordinal);
        }

        Assert.Equal(1, connections);

        async Task<string> SendAsync(HttpRequestMessage request) =>
            await (await client.SendAsync(request, CancellationToken.None)).Content.ReadAsStringAsync();
    }

    [Fact]
    [Trait("Requirement", "ST-07")]
    [Trait("Requirement", "T36")]
    public async Task ClientThatClaimsATrustedName_GainsNothing()
    {
        // T36: what a client says of itself is no credential.
        await using var gateway =
            await TestGateway.StartAsync(
                rules: [.. Rules, new PolicyRule { Id = "trusted", Who = new WhoClause { Clients = new NameSet(["trusted-app"]) } }]);
        gateway.Upstream.OnResult("tools/list", Tools("t1", "hidden1"));
        const string claim =
            "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{},\"io.modelcontextprotocol/clientInfo\":{\"name\":\"trusted-app\",\"version\":\"1\"}}";
        var modern = gateway.Post($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{{\"name\":\"hidden1\",{claim}}}}}",
            gateway.Token("bob"), ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/call"), ("Mcp-Name", "hidden1"));
        Assert.Equal("GH4003", Code((await gateway.CallAsync(modern)).Body));

        var begin = TestGateway.InitializeBody.Replace("\"name\":\"t\"", "\"name\":\"trusted-app\"", StringComparison.Ordinal);
        var (status, _, response) = await gateway.CallAsync(gateway.Post(begin, gateway.Token("bob")));
        Assert.Equal(HttpStatusCode.OK, status);
        var call = gateway.Post("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"hidden1"}}""", gateway.Token("bob"),
            ("Mcp-Session-Id", response.Headers.GetValues("Mcp-Session-Id").Single()));
        Assert.Equal("GH4003", Code((await gateway.CallAsync(call)).Body));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
    }

    private static string Tools(params string[] names) =>
        $"{{\"resultType\":\"complete\",\"tools\":[{string.Join(',', names.Select(n => $"{{\"name\":\"{n}\",\"inputSchema\":{{\"type\":\"object\"}}}}"))}]}}";

    private static string? Code(JsonElement answer) =>
        answer.TryGetProperty("error", out var error)
            ? error.GetProperty("data").GetProperty("code").GetString() : "no error: " + answer.GetRawText();
}
