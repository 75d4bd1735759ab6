using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>A grant belongs to the client as it was: what takes the place of a removed client has nothing of it (CWE-863).</summary>
public sealed class ClientStandingTests : IDisposable
{
    private const string Id = "https://app.example.com/client.json";

    private readonly TokenBench bench = new();

    public void Dispose() => bench.Dispose();

    [Theory]
    [InlineData(ClientOrigin.Configured, true, ClientOrigin.Configured, true, true)]
    [InlineData(ClientOrigin.Configured, false, ClientOrigin.Configured, true, true)]
    [InlineData(ClientOrigin.Configured, true, ClientOrigin.Configured, false, false)]
    [InlineData(ClientOrigin.Configured, false, ClientOrigin.Document, false, false)]
    [InlineData(ClientOrigin.Configured, false, ClientOrigin.Registered, false, false)]
    [InlineData(ClientOrigin.Document, false, ClientOrigin.Document, false, true)]
    [InlineData(ClientOrigin.Document, false, ClientOrigin.Configured, false, true)]
    [InlineData(ClientOrigin.Registered, false, ClientOrigin.Registered, false, true)]
    internal async Task Tokens_GoOnlyToAClientThatIsAsStrongAsItWas(
        ClientOrigin before, bool hadSecret, ClientOrigin after, bool hasSecret, bool isGiven)
    {
        var first = await SignInAsync(before, hadSecret);
        Use(Client(after, hasSecret));
        var answer = await bench.RefreshAsync(first.Refresh, [.. Own(hasSecret)]);
        Assert.Equal(isGiven ? null : "invalid_grant", answer.Error);
        Assert.Empty(bench.Journal.Alarms);
        if (!isGiven) Assert.Contains("(why, client-became-weaker)", bench.Journal.Text, StringComparison.Ordinal);

        // Nothing was spent: the administrator adds the client again.
        Use(Client(before, hadSecret));
        if (!isGiven) Assert.Equal(200, (await bench.RefreshAsync(first.Refresh, [.. Own(hadSecret)])).Status);
    }

    [Fact]
    public async Task ACode_GoesOnlyToAClientThatIsAsStrongAsItWas()
    {
        Use(Client(ClientOrigin.Configured, hasSecret: true));
        var code = await CodeAsync();
        Use(Client(ClientOrigin.Document, hasSecret: false));
        Assert.Equal("invalid_grant", (await bench.RedeemAsync(code, [.. Own(false)])).Error);
        Assert.Empty(bench.Journal.Alarms);
        Use(Client(ClientOrigin.Configured, hasSecret: true));
        Assert.Equal(200, (await bench.RedeemAsync(code, [.. Own(true)])).Status);
    }

    [Fact]
    public async Task WithinTheGrace_AWeakerClientGetsNothing_AndEndsNothing()
    {
        var first = await SignInAsync(ClientOrigin.Configured, hasSecret: false);
        await bench.RefreshAsync(first.Refresh, [.. Own(false)]);
        Use(Client(ClientOrigin.Document, hasSecret: false));
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(first.Refresh, [.. Own(false)])).Error);
        Assert.Empty(bench.Journal.Alarms);
    }

    // The right is asked for at each use, in addition to what the grant remembers.
    [Fact]
    public async Task TheAudienceOfAdministrators_IsOnlyForConfiguredClients_AtRedemptionAndRefreshToo()
    {
        bench.Resources.Add(TokenBench.AdministratorResource);
        Use(Client(ClientOrigin.Document, hasSecret: false));
        var code = await CodeAsync(TokenBench.AdministratorResource);
        (string, string?)[] own = [.. Own(false), ("resource", TokenBench.AdministratorResource)];
        Assert.Equal("invalid_target", (await bench.RedeemAsync(code, own)).Error);
        Use(Client(ClientOrigin.Configured, hasSecret: false));
        var first = await bench.RedeemAsync(code, own);
        Use(Client(ClientOrigin.Document, hasSecret: false));
        Assert.Equal("invalid_target", (await bench.RefreshAsync(first.Refresh, own)).Error);
    }

    private async Task<TokenBench.Received> SignInAsync(ClientOrigin origin, bool hasSecret)
    {
        Use(Client(origin, hasSecret));
        var received = await bench.RedeemAsync(await CodeAsync(), [.. Own(hasSecret)]);
        Assert.Equal(200, received.Status);
        return received;
    }

    private Task<string> CodeAsync(string resource = TokenBench.Resource) =>
        bench.CodeAsync(request => request with { ClientId = Id, Resource = resource, Standing = ClientStanding.Of(Assert.Single(Known.More)) });

    private KnownClients Known => (KnownClients)bench.Parts.Clients;

    private void Use(OAuthClient client)
    {
        Known.More.Clear();
        Known.More.Add(client);
    }

    private static OAuthClient Client(ClientOrigin origin, bool hasSecret) => new()
    {
        Id = Id,
        Name = "App",
        Origin = origin,
        RedirectUris = [TokenBench.Redirect],
        Secret = hasSecret ? new SecretReference("env", "S") : null,
    };

    private static IEnumerable<(string Name, string? Value)> Own(bool hasSecret) =>
        hasSecret ? [("client_id", Id), ("client_secret", TokenBench.Secret)] : [("client_id", Id)];
}
