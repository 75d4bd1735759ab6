using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Gatehouse.Gateway.Tests.SignIn;
using Gatehouse.Peers.Events;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.ProviderEvents;

/// <summary>A provider sends a logout token when a person signs out there (OpenID Connect Back-Channel Logout 1.0; ST-01).</summary>
[Trait("Requirement", "ST-01")]
[Trait("Requirement", "AZ-05")]
public sealed class LogoutTokenTests : IAsyncLifetime
{
    private const string Client = "gatehouse";

    private readonly HttpClient http = new();
    private EventTransmitter provider = null!;
    private TestGateway gateway = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await EventTransmitter.StartAsync(Client);
        var issuer = new IssuerSettings
        {
            Issuer = provider.Issuer,
            Name = "corp",
            Metadata = new Uri(provider.Issuer + "/.well-known/ssf-configuration"),
            Client = new IssuerClientSettings { Id = Client, Secret = new SecretReference("env", "PATH") },
            Events = new IssuerEventsSettings { Logout = true },
        };
        gateway = await TestGateway.StartAsync(
            settings => settings with { Development = false, Issuers = [issuer] },
            rules: [new PolicyRule { Id = "all", Directions = TestGateway.EveryDirection }]);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await gateway.DisposeAsync();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task ASignOut_EndsWhatThePersonHas_AndThatOfNoOtherPerson()
    {
        var (alice, bob) = (Token("alice"), Token("bob"));
        await using var hers = await OpenExchanges.OpenAsync(gateway, alice);
        await using var his = await OpenExchanges.OpenAsync(gateway, bob);
        Assert.Equal((200, ""), await SendAsync(provider.MakeLogoutToken("alice")));
        await hers.EndAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await PingAsync(alice));
        Assert.DoesNotContain(gateway.Host.Sessions.Entries, static entry => entry.Subject == "alice");
        Assert.True(his.AreOpen);
    }

    // Only the tokens of one session at the provider have its id.
    [Fact]
    public async Task ASignOutOfOneSession_EndsItsStream_AndNoOtherOfThePerson()
    {
        var (first, second) = (Token("alice", "s-1"), Token("alice", "s-2"));
        await using var ended = await OpenExchanges.OpenAsync(gateway, first);
        await using var open = await OpenExchanges.OpenAsync(gateway, second);
        Assert.Equal((200, ""), await SendAsync(provider.MakeLogoutToken("alice", "s-1", static claims => claims.Remove("sub"))));
        await ended.EndAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await PingAsync(first));
        Assert.True(open.AreOpen);
        Assert.Equal(HttpStatusCode.OK, await PingAsync(second));
    }

    public static TheoryData<string, Action<JsonObject>> Faults => new()
    {
        { "nonce", static claims => claims["nonce"] = "n" },
        { "other client", static claims => claims["aud"] = "another" },
        { "other issuer", static claims => claims["iss"] = "https://another.example" },
        { "too old", static claims => claims["iat"] = (long)claims["iat"]! - 3600 },
        { "no end", static claims => claims.Remove("exp") },
        { "ended", static claims => claims["exp"] = (long)claims["iat"]! - 120 },
        { "no id", static claims => claims.Remove("jti") },
        { "nobody", static claims => claims.Remove("sub") },
        { "no event", static claims => claims["events"] = new JsonObject { ["https://corp.example/own-event"] = new JsonObject() } },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task ALogoutToken_WithAFault_EndsNothing(string fault, Action<JsonObject> change)
    {
        var alice = Token("alice");
        var (status, text) = await SendAsync(provider.MakeLogoutToken("alice", change: change));
        Assert.True(status == 400 && text == """{"error":"invalid_request"}""", $"{fault}: {status} {text}");
        Assert.Equal(HttpStatusCode.OK, await PingAsync(alice));
    }

    // CWE-345, RFC 8725 §3.11: an access token of the same keys, a text that is no token, and a form with the token twice.
    [Fact]
    public async Task AnythingElse_EndsNothing()
    {
        var alice = Token("alice");
        var good = provider.MakeLogoutToken("alice");
        foreach (var form in new[] { $"logout_token={alice}", "logout_token=x", "", $"logout_token={good}&logout_token={good}", $"token={good}" })
            Assert.Equal(400, (await SendFormAsync(form)).Status);
        Assert.Equal(413, (await SendFormAsync("logout_token=" + new string('x', 30_000))).Status);
        Assert.Equal(HttpStatusCode.OK, await PingAsync(alice));
    }

    // No sign-in at the provider is needed: the tokens are signed by the keys that its metadata name.
    private string Token(string person, string? session = null) => provider.Make("none", [], claims =>
    {
        claims.Remove("events");
        claims.Remove("sub_id");
        claims["aud"] = gateway.Url.ToString();
        claims["sub"] = person;
        claims["client_id"] = "cli";
        claims["exp"] = (long)claims["iat"]! + 600;
        if (session is not null) claims["sid"] = session;
    }, "at+jwt");

    private async Task<HttpStatusCode> PingAsync(string token) => (await gateway.CallAsync(gateway.Modern("tools/list", token: token))).Status;

    private Task<(int Status, string Text)> SendAsync(string token) => SendFormAsync("logout_token=" + token);

    private async Task<(int Status, string Text)> SendFormAsync(string form)
    {
        using var content = new StringContent(form);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        using var response = await http.PostAsync(
            new Uri(gateway.Url.GetLeftPart(UriPartial.Authority) + "/events/logout/corp"), content, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
