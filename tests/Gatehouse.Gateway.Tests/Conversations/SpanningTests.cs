using System.Net;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Tests.Local;
using Gatehouse.Identity.Development;
using Gatehouse.Ipc;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Conversations;

/// <summary>
/// A conversation spans the servers behind one gateway and nothing else: a rule of one server's answers sees what another server did.
/// </summary>
[Trait("Requirement", "ST-01")]
public sealed class SpanningTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rule_NeedsWhatAnotherServerDid_InTheSameConversation(bool modern)
    {
        await using var issuer = await OutsideIssuer.StartAsync();
        await using var gateway = await StartAsync(issuer.Origin);
        var alice = Token(gateway);
        Assert.False(await CallsAsync(gateway, modern, "second", alice));
        Assert.True(await CallsAsync(gateway, modern, "first", alice));
        Assert.True(await CallsAsync(gateway, modern, "second", alice));
        Assert.True(await CallsAsync(gateway, modern, "second", Token(gateway))); // another token of the same caller and client
        Assert.True(await CallsAsync(gateway, !modern, "second", alice)); // in the other era it is the same conversation

        Assert.False(await CallsAsync(gateway, modern, "second", Token(gateway, "bob")));
        Assert.False(await CallsAsync(gateway, modern, "second", Token(gateway, client: "another client")));
        Assert.False(await CallsAsync(gateway, modern, "second", issuer.Mint(gateway.Url.ToString(), claims => claims["client_id"] = "tests")));
        Assert.Equal(4, gateway.Host.Core.Services.Conversations.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WrappedServers_AreOneConversationOfTheirPerson(bool modern)
    {
        await using var fixture = await LocalHostFixture.StartAsync("version: 1\nlock: { firstUse: off }\n", replace: AfterTheFirst.Join());
        await using var second = await fixture.WrapAsync("second");
        await using var first = await fixture.WrapAsync("first");
        if (!modern)
        {
            await second.InitializeAsync();
            await first.InitializeAsync();
        }

        Assert.False(await CallsAsync(second, modern));
        Assert.True(await CallsAsync(first, modern));
        Assert.True(await CallsAsync(second, modern));
        Assert.Equal(1, fixture.Host.Core.Services.Conversations.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WrappedConnection_IsASessionByItself_WithinTheConversation(bool modern)
    {
        var clock = new ManualTimeProvider();
        await using var fixture = await LocalHostFixture.StartAsync("version: 1\nlock: { firstUse: off }\n", clock, AfterTheFirst.Join());
        await using (var first = await BeginAsync())
        {
            Assert.Equal(1, await CountAsync(first, modern, "Works."));
            clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(0, await CountAsync(first, modern, "Works, and does more.")); // changed within the connection
        }

        await using var again = await BeginAsync(); // to which nothing else was said
        Assert.Equal(1, await CountAsync(again, modern, "Works, and does more."));
        Assert.Equal(1, fixture.Host.Core.Services.Conversations.Count);

        async Task<FakeWrapper> BeginAsync()
        {
            var wrapper = await fixture.WrapAsync();
            if (!modern) await wrapper.InitializeAsync();
            return wrapper;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Conversation_EndsWhenItsCallerIsSilent(bool modern)
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await StartAsync(time: clock);
        Assert.True(await CallsAsync(gateway, modern, "first", Token(gateway)));
        clock.Advance(TimeSpan.FromMinutes(29));
        Assert.True(await CallsAsync(gateway, modern, "second", Token(gateway)));
        clock.Advance(TimeSpan.FromMinutes(29));
        Assert.True(await CallsAsync(gateway, modern, "second", Token(gateway))); // silent at the first server for longer, but not here
        clock.Advance(TimeSpan.FromMinutes(31));
        Assert.False(await CallsAsync(gateway, modern, "second", Token(gateway)));
        clock.Advance(TimeSpan.FromMinutes(31)); // and the sweep takes it away
        await Eventually.TrueAsync(() => gateway.Host.Core.Services.Conversations.Count == 0, "nothing is kept of a caller who is gone");
    }

    [Theory]
    [InlineData("subject")]
    [InlineData("client")]
    [InlineData("session")]
    public async Task Conversation_EndsWithTheRightThatItCameBy(string kind)
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await StartAsync(time: clock);
        Assert.True(await CallsAsync(gateway, modern: true, "first", Token(gateway, login: "one")));
        Assert.True(await CallsAsync(gateway, modern: true, "first", Token(gateway, "bob", "bobs", login: "two")));
        var value = kind switch { "subject" => "alice", "client" => "tests", _ => "one" };
        var issuer = gateway.Host.Development!.TrustedIssuer.Profile.Issuer;
        AdministrativeAction act = kind == "subject" ? new RevokeSubject(value)
            : RevocationWords.TryParse(kind, out var found) ? new RevokeTokens(found, issuer, value)
            : throw new ArgumentOutOfRangeException(nameof(kind));
        clock.Advance(TimeSpan.FromSeconds(1));
        var account = new PeerAccount(1, PeerAccount.OwnUserId());
        var reply = await GatewayAdministration.ControlOf(gateway.Host).HandleAsync(act, account, gateway.AdminToken());
        Assert.True(reply.Ok, reply.Message);
        clock.Advance(TimeSpan.FromSeconds(2)); // who signs in again has a later token
        Assert.False(await CallsAsync(gateway, modern: true, "second", Token(gateway, login: "three")));
        Assert.True(await CallsAsync(gateway, modern: true, "second", Token(gateway, "bob", "bobs", login: "two")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Conversations_OfOneCallerWithManyClients_LeaveOthersTheirs(bool modern)
    {
        await using var gateway = await StartAsync(change: s => s with { Sessions = s.Sessions with { Max = 12 } });
        Assert.True(await CallsAsync(gateway, modern, "first", Token(gateway, "bob")));
        for (var i = 0; i < 40; i++) Assert.True(await CallsAsync(gateway, modern, "first", Token(gateway, client: $"client {i}")));
        Assert.True(await CallsAsync(gateway, modern, "second", Token(gateway, "bob")));
        Assert.True(await CallsAsync(gateway, modern, "second", Token(gateway, client: "client 39")));
        Assert.False(await CallsAsync(gateway, modern, "second", Token(gateway, client: "client 0")));
        Assert.InRange(gateway.Host.Core.Services.Conversations.Servers, 1, 12);
    }

    private static Task<TestGateway> StartAsync(string? issuer = null, TimeProvider? time = null,
        Func<GatewaySettings, GatewaySettings>? change = null) => TestGateway.StartAsync(
        s => (change ?? (static same => same))(s with
        {
            Issuers = issuer is null ? [] : [new IssuerSettings { Issuer = issuer }],
            Servers = [s.Servers[0] with { Name = "first" },
                s.Servers[0] with { Name = "second", Path = "/second", Audiences = [s.Resource(s.Servers[0])] }],
        }),
        time,
        rules: [new PolicyRule { Id = "all" }],
        replace: AfterTheFirst.Join());

    private static string Token(TestGateway gateway, string subject = "alice", string client = "tests", string? login = null) =>
        gateway.Host.Development!.Mint(new DevelopmentGrant
        {
            Subject = subject,
            Audience = gateway.Url.ToString(),
            ClientId = client,
            SessionId = login,
            Lifetime = TimeSpan.FromMinutes(10),
        }).Reveal().ToString();

    private static async Task<bool> CallsAsync(TestGateway gateway, bool modern, string server, string token)
    {
        const string parameters = "\"name\":\"work\"";
        gateway.Upstream.OnResult("tools/list",
            """{"resultType":"complete","tools":[{"name":"work","inputSchema":{"type":"object"}}],"ttlMs":0,"cacheScope":"private"}""");
        gateway.Upstream.OnResult("tools/call", """{"resultType":"complete","content":[]}""");
        if (modern) return await SendAsync(gateway.Modern("tools/call", parameters, "work", token)) == HttpStatusCode.OK;
        var begin = gateway.Post(TestGateway.InitializeBody, token);
        begin.RequestUri = UrlOf(gateway, server);
        using var begun = await gateway.SendAsync(begin);
        var session = begun.Headers.GetValues("Mcp-Session-Id").Single();
        return await SendAsync(
            gateway.Post($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{{{parameters}}}}}", token,
                ("Mcp-Session-Id", session))) == HttpStatusCode.OK;

        async Task<HttpStatusCode> SendAsync(HttpRequestMessage request)
        {
            request.RequestUri = UrlOf(gateway, server);
            var (status, body, _) = await gateway.CallAsync(request);
            await gateway.NothingUnderWayAsync();
            Assert.Equal(status == HttpStatusCode.OK, body.TryGetProperty("result", out _));
            if (status != HttpStatusCode.OK) Assert.Equal(HttpStatusCode.BadGateway, status);
            return status;
        }
    }

    private static Uri UrlOf(TestGateway gateway, string server)
    {
        var settings = gateway.Host.Snapshots.Current.Settings;
        return new Uri(gateway.Url, settings.Server(server)!.Path);
    }

    private static async Task<bool> CallsAsync(FakeWrapper wrapper, bool modern) =>
        (await AskAsync(wrapper, modern, "tools/call", "Works.")).TryGetProperty("result", out _);

    private static async Task<int> CountAsync(FakeWrapper wrapper, bool modern, string description) =>
        (await AskAsync(wrapper, modern, "tools/list", description)).GetProperty("result").GetProperty("tools").GetArrayLength();

    // The child answers whatever it is asked until the client has its answer.
    private static async Task<JsonElement> AskAsync(FakeWrapper wrapper, bool modern, string request, string description)
    {
        const string facts = """
            "io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"}
            """;
        var name = request == "tools/call" ? "\"name\":\"work\"," : "";
        await wrapper.SayAsync(
            $"{{\"jsonrpc\":\"2.0\",\"id\":\"{Guid.NewGuid()}\",\"method\":\"{request}\",\"params\":{{{name}\"_meta\":{{{(modern ? facts : "")}}}}}}}");
        while (true)
        {
            var asked = await wrapper.ChildHearsJsonAsync();
            var method = asked.GetProperty("method").GetString();
            await wrapper.ChildAnswersAsync(asked, method switch
            {
                "tools/list" => $"{{\"resultType\":\"complete\",\"tools\":[{{\"name\":\"work\",\"description\":\"{description}\",\"inputSchema\":{{\"type\":\"object\"}}}}],\"ttlMs\":0,\"cacheScope\":\"private\"}}",
                "server/discover" =>
                    """{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"},"ttlMs":60000,"cacheScope":"private"}""",
                _ => """{"resultType":"complete","content":[]}""",
            });
            if (method == request) return await wrapper.HearJsonAsync();
        }
    }
}
