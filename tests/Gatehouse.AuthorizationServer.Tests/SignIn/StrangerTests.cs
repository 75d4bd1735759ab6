using System.Text;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Pages;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.Tests.Tokens;
using Gatehouse.Storage.Abstractions;
using static Gatehouse.AuthorizationServer.Tests.SignIn.SignInServer;

namespace Gatehouse.AuthorizationServer.Tests.SignIn;

/// <summary>What someone without any right can cause at the pages.</summary>
public sealed class StrangerTests : IDisposable
{
    private readonly SignInServer server = new();

    public void Dispose() => server.Dispose();

    [Fact]
    public async Task EveryEventThatAStrangerCanCause_IsCountedToTheStranger()
    {
        var browser = server.Browser();
        await browser.GetAsync("/oauth/callback/corp");
        await browser.GetAsync("/oauth/authorize");
        await browser.GetAsync(Begin(changes: ("scope", "nothing")));
        await browser.PostAsync("/oauth/consent", [new("request", "AAAA")]);
        var page = await browser.GetAsync(Begin());
        await browser.PostAsync("/oauth/consent", [new("request", page.Hidden("request")), new("decision", "deny")]);
        server.Providers[0].Fault = new SignInFault("issuer-mismatch", "The answer came from elsewhere.", IsAttack: true);
        var state = await ConsentAsync(browser, Begin());
        await browser.GetAsync($"/oauth/callback/corp?code=alice&state={state}");
        await browser.GetAsync($"/oauth/callback/corp?code=alice&state={state}");
        Assert.NotEmpty(server.Journal.Acts);
        Assert.Equal(server.Journal.Acts.Select(act => act.Split(' ')[0]).Order(), server.Journal.Strangers.Order());
    }

    // RFC 9700 §4.11.2: who can make anyone a client must not make the gateway a redirector to anywhere.
    [Theory]
    [InlineData("scope", "nothing")]
    [InlineData("resource", "https://elsewhere.example/")]
    [InlineData("response_type", "token")]
    [InlineData("prompt", "none")]
    [InlineData("code_challenge", null)]
    public async Task AnError_DoesNotTakeABrowserToAPlaceThatAStrangerNamed(string name, string? value)
    {
        var answer = await server.Browser().GetAsync(Begin("editor", (name, value)));
        Assert.NotEqual(303, answer.Status);
        Assert.Empty(answer.Location);
        Assert.DoesNotContain("http-equiv", answer.Body, StringComparison.Ordinal);
        Assert.Contains("client.example", answer.Body, StringComparison.Ordinal);
        Assert.Equal(303, (await server.Browser().GetAsync(Begin("trusted", (name, value)))).Status);
        Assert.Equal(303, (await server.Browser().GetAsync(Begin("mallory", (name, value)))).Status); // to this computer only
    }

    // A tenth of the rows without a grant is for people who have signed in.
    [Fact]
    public async Task FailedSignIns_DoNotTakeTheRoomOfThoseThatSucceed()
    {
        using var small = new SignInServer(rowLimit: 60);
        var alice = small.Browser("198.51.100.9");
        var waiting = await ConsentAsync(alice, Begin());
        var states = new List<string>();
        for (var count = 0; count < 50; count++) states.Add(await ConsentAsync(small.Browser(), Begin()));
        foreach (var state in states) await small.Browser().GetAsync($"/oauth/callback/corp?error=access_denied&state={state}");
        Assert.Equal(303, (await alice.GetAsync($"/oauth/callback/corp?code=alice&state={waiting}")).Status);
    }

    [Theory]
    [InlineData("https://loopback/back", "loopback")]
    [InlineData("https://client.example:443/back", "client.example")]
    [InlineData("https://client.example/a/%2e%2e/back", "client.example")]
    [InlineData("com.example.app://Host/Back", "com.example.app:")]
    [InlineData("com.example.app://host:99999/back", "com.example.app:")]
    [InlineData("com.example.app://a:b:c/back", "com.example.app:")]
    [InlineData("com.example.app:///back", "com.example.app:")]
    [InlineData("cursor://anysphere.cursor-mcp/Back", "cursor:")]
    public async Task TheAnswer_GoesExactlyToTheRegisteredAddress(string registered, string place)
    {
        var client = OddClient(registered);
        server.Directory.More.Add(client);
        var browser = server.Browser();
        var page = await browser.GetAsync(Begin(client));
        Assert.Equal(200, page.Status);
        Assert.Contains(place, page.Body, StringComparison.Ordinal);
        if (place == "loopback") Assert.DoesNotContain("localhost", page.Body, StringComparison.Ordinal);
        var left = await CompleteAsync(browser, Begin(client));
        Assert.StartsWith(registered + "?code=", left, StringComparison.Ordinal);
    }

    // A URI that two readers take for two places gets nothing, although it is registered.
    [Theory]
    [InlineData("com.example.app:/%zz")]
    [InlineData("https://client.example/back#part")]
    [InlineData("https://client.example\\@attacker.example/back")]
    [InlineData("http://client.example/back")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/back")]
    public async Task NoAnswer_GoesToAnAddressThatIsNoRedirectUri(string registered)
    {
        var client = OddClient(registered);
        server.Directory.More.Add(client);
        foreach (var changes in new (string Name, string? Value)[][] { [], [("scope", "nothing")] })
        {
            var page = await server.Browser().GetAsync(Begin(client, changes));
            Assert.Equal((400, ""), (page.Status, page.Location));
            Assert.DoesNotContain("href=\"" + registered, page.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("http-equiv", page.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ALongState_OfAPersonWithLargeTokens_IsNoFaultOfTheServer()
    {
        server.Providers[0].Tokens = new byte[32 * 1024];
        var state = new string('\'', 4096);
        var left = await CompleteAsync(server.Browser(), Begin("editor", ("state", state)));
        Assert.Equal(state, PretendAnswer.QueryOf(left)["state"]);
    }

    [Fact]
    public async Task BehindAProxy_AStrangerDoesNotPushOutTheSignInsOfOthers()
    {
        var alice = server.Browser(home: "");
        var waiting = await ConsentAsync(alice, Begin());
        var stranger = server.Browser(home: "");
        var form = (await stranger.GetAsync(Begin())).Hidden("request");
        for (var count = 0; count < 1000; count++)
        {
            server.Clock.Advance(TimeSpan.FromMilliseconds(10));
            Assert.Equal(200, (await stranger.PostAsync("/oauth/consent", [new("request", form), new("provider", "corp")])).Status);
        }

        Assert.Equal(303, (await alice.GetAsync($"/oauth/callback/corp?code=alice&state={waiting}")).Status);
    }

    private static OAuthClient OddClient(string redirectUri) => new()
    {
        Id = "odd",
        Name = "Odd",
        Origin = ClientOrigin.Document,
        VouchingHost = "client.example",
        RedirectUris = [redirectUri],
    };
}
