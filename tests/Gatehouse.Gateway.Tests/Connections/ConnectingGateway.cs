using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Gateway.Tests.SignIn;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Connections;

/// <summary>A gateway whose server takes the connection of each person, with an identity provider and third-party services.</summary>
internal sealed partial class ConnectingGateway : IAsyncDisposable
{
    private const string UrlCapability = """{"elicitation":{"url":{}}}""";
    private readonly PeopleProvider people;

    private ConnectingGateway(TestGateway gateway, PeopleProvider people, ThirdPartyService service)
    {
        Gateway = gateway;
        this.people = people;
        Service = service;
    }

    public TestGateway Gateway { get; }

    public ThirdPartyService Service { get; }

    public string Origin => Gateway.Url.GetLeftPart(UriPartial.Authority);

    public static async Task<ConnectingGateway> StartAsync(TimeProvider? time = null, params ConnectionProviderSettings[] others)
    {
        var people = await PeopleProvider.StartAsync(time);
        var service = await ThirdPartyService.StartAsync();
        var gateway = await TestGateway.StartAsync(
            settings => settings with
            {
                AuthorizationServer = people.Section,
                ConnectionProviders = [service.Section(), .. others],
                Servers = [With(settings.Servers[0], "github", "repo")],
            },
            time,
            rules:
            [
                new PolicyRule
                {
                    Id = "all",
                    Who = new WhoClause { Subjects = new NameSet(["corp:alice", "corp:bob", "alice"]) },
                    Directions = TestGateway.EveryDirection,
                },
            ]);
        gateway.Upstream.OnResult("tools/call", """{"resultType":"complete","content":[{"type":"text","text":"done"}]}""");
        return new ConnectingGateway(gateway, people, service);
    }

    /// <summary>Returns a server with a connection to a service.</summary>
    public static ServerSettings With(ServerSettings server, string provider, params string[] scopes) =>
        server with { Http = server.Http! with { Connection = new ConnectionCredentialSettings(provider, scopes) } };

    /// <summary>Changes the configuration in force.</summary>
    public void Change(Func<GatewaySettings, GatewaySettings> change)
    {
        var current = Gateway.Host.Snapshots.Current;
        Gateway.Host.Snapshots.Replace(current with { Settings = change(current.Settings) });
    }

    public Task<SignedInClient> SignInAsync(string person) => SignedInClient.CreateAsync(Gateway, person);

    public SignInBrowser Browser(string person) => new(Origin, person);

    /// <summary>A call of a tool in the modern era.</summary>
    /// <param name="token">The token of the caller.</param>
    /// <param name="isUrl">True for a client that shows pages.</param>
    /// <param name="more">Further members of the params.</param>
    public async Task<JsonElement> CallAsync(string token, bool isUrl = false, string more = "")
    {
        var body = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{}""" + more
            + ""","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":"""
            + (isUrl ? UrlCapability : "{}") + "}}}";
        var (_, answer, _) = await Gateway.CallAsync(Gateway.Post(
            body, token, ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/call"), ("Mcp-Name", "echo")));
        return answer;
    }

    /// <summary>Calls without a connection, and returns the link of the error.</summary>
    public async Task<string> LinkAsync(string token)
    {
        var answer = await CallAsync(token);
        Assert.True(answer.TryGetProperty("error", out var error), answer.ToString());
        Assert.Equal(7021, error.GetProperty("code").GetInt32());
        return Link().Match(error.GetProperty("message").GetString()!).Value;
    }

    /// <summary>Opens a link as a person, agrees, and returns the page at the end.</summary>
    public async Task<string> ConnectAsync(string link, string person)
    {
        using var browser = Browser(person);
        var page = await browser.OpenAsync(link);
        return await browser.SendAsync("/connect", page, ("decision", "continue"));
    }

    /// <summary>The credentials with which tools were called at the server, in order.</summary>
    public IReadOnlyList<string> Credentials() =>
        [.. Gateway.Upstream.Of("tools/call").Select(request => string.Join(',', request.Header("Authorization")))];

    /// <summary>The control entries of an act.</summary>
    public IReadOnlyList<JsonElement> Entries(string act) =>
        [.. Gateway.Entries().Where(entry => entry.TryGetProperty("act", out var name) && name.GetString() == act)];

    /// <summary>Waits until the log has entries of an act, since those that change nothing are written later.</summary>
    public async Task<IReadOnlyList<JsonElement>> EntriesAsync(string act, int count)
    {
        await Eventually.TrueAsync(() => Entries(act).Count >= count, $"{count} entries {act} are on disk");
        return Entries(act);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Service.DisposeAsync();
        await people.DisposeAsync();
    }

    [GeneratedRegex("http://[^ ]*/connect[?]link=[A-Za-z0-9_-]+")]
    private static partial Regex Link();
}
