using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Connections;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Connections;

/// <summary>Tokens of connections are refreshed once before they end, and end with the connection (OB-05).</summary>
[Trait("Requirement", "OB-05")]
public sealed class ConnectionRefreshTests
{
    private const int Life = 300;

    [Fact]
    public async Task ATokenThatEndsSoon_IsRefreshedOnce_ForAllCallsThatWait()
    {
        var clock = new ManualTimeProvider();
        await using var connecting = await ConnectingGateway.StartAsync(clock);
        connecting.Service.Life = Life;
        var alice = await connecting.SignInAsync("alice");
        await connecting.ConnectAsync(await connecting.LinkAsync(alice.AccessToken), "alice");
        await connecting.CallAsync(alice.AccessToken);
        clock.Advance(TimeSpan.FromSeconds(Life - 30));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => connecting.CallAsync(alice.AccessToken)));
        Assert.Equal(1, connecting.Service.Refreshes);
        Assert.Equal(["Bearer gho_1", .. Enumerable.Repeat("Bearer gho_2", 8)], connecting.Credentials());
        clock.Advance(TimeSpan.FromSeconds(Life - 30));
        await connecting.CallAsync(alice.AccessToken); // the rotated refresh token is the one that was stored
        Assert.Equal("Bearer gho_3", connecting.Credentials()[^1]);
    }

    [Fact]
    public async Task AServiceThatIsDown_LeavesTheTokenItsTime_AndThenTheCallIsRefused_NotTheConnection()
    {
        var clock = new ManualTimeProvider();
        await using var connecting = await ConnectingGateway.StartAsync(clock);
        connecting.Service.Life = Life;
        var alice = await connecting.SignInAsync("alice");
        await connecting.ConnectAsync(await connecting.LinkAsync(alice.AccessToken), "alice");
        connecting.Service.IsDown = true;
        clock.Advance(TimeSpan.FromSeconds(Life - 30));
        await connecting.CallAsync(alice.AccessToken);
        Assert.Equal(["Bearer gho_1"], connecting.Credentials());
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(7015, Code(await connecting.CallAsync(alice.AccessToken)));
        connecting.Service.IsDown = false;
        clock.Advance(ConnectedService.FailurePause);
        await connecting.CallAsync(alice.AccessToken);
        Assert.Equal(["Bearer gho_1", "Bearer gho_2"], connecting.Credentials());
    }

    [Fact]
    public async Task ARefreshThatTheServiceRefuses_EndsTheConnection_AndThePersonIsAskedAgain()
    {
        var clock = new ManualTimeProvider();
        await using var connecting = await ConnectingGateway.StartAsync(clock);
        connecting.Service.Life = Life;
        var alice = await connecting.SignInAsync("alice");
        await connecting.ConnectAsync(await connecting.LinkAsync(alice.AccessToken), "alice");
        connecting.Service.RefusesRefresh = true;
        clock.Advance(TimeSpan.FromSeconds(Life - 30));
        await connecting.LinkAsync(alice.AccessToken);
        Assert.Equal("refused", Assert.Single(connecting.Entries("connection.ended")).GetProperty("cause").GetString());
        Assert.Empty(await connecting.Gateway.Host.Core.Services.Store.Connections.ListAsync(null, 10, clock.GetUtcNow()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disconnecting_RevokesAtTheService_AndForgetsAlsoWhileItIsDown(bool isDown)
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        connecting.Service.Life = Life;
        var alice = await connecting.SignInAsync("alice");
        await connecting.ConnectAsync(await connecting.LinkAsync(alice.AccessToken), "alice");
        connecting.Service.IsDown = isDown;
        var register = connecting.Gateway.Host.Core.Services.Get<ConnectionRegister>();
        var row = Assert.Single(await register.ListAsync((connecting.Origin, "corp:alice"), 10));
        Assert.Equal((true, !isDown), await register.DisconnectAsync(row.Issuer, row.Subject, row.Server, ConnectionCauses.Administrator));
        Assert.Equal(!isDown, connecting.Service.Revoked.Contains("gho_1"));
        Assert.Equal(isDown ? 0 : 2, connecting.Service.Revoked.Count);
        var ended = Assert.Single(connecting.Entries("connection.ended"));
        Assert.Equal(("administrator", isDown ? "no" : "yes"), (ended.GetProperty("cause").GetString(), ended.GetProperty("revoked").GetString()));
        Assert.Equal((false, false), await register.DisconnectAsync(row.Issuer, row.Subject, row.Server, ConnectionCauses.Administrator));
        await connecting.LinkAsync(alice.AccessToken);
        Assert.Empty(connecting.Credentials());
    }

    [Fact]
    public async Task AServiceThatRevokesByDelete_IsAskedSo()
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        connecting.Change(settings => settings with
        {
            ConnectionProviders = [connecting.Service.Section() with { Revocation = ConnectionRevocation.Delete }],
        });
        var alice = await connecting.SignInAsync("alice");
        await connecting.ConnectAsync(await connecting.LinkAsync(alice.AccessToken), "alice");
        var register = connecting.Gateway.Host.Core.Services.Get<ConnectionRegister>();
        Assert.Equal((true, true), await register.DisconnectAsync(connecting.Origin, "corp:alice", "up", ConnectionCauses.Administrator));
        Assert.Equal(["gho_1"], connecting.Service.Revoked);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Life)]
    public async Task ATokenThatTheServerRefusesBeforeItsEnd_IsRefreshed_OrThePersonConnectsAgain(int? life)
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        connecting.Service.Life = life;
        var alice = await connecting.SignInAsync("alice");
        await connecting.ConnectAsync(await connecting.LinkAsync(alice.AccessToken), "alice");
        connecting.Gateway.Upstream.Before = static async (context, _) =>
        {
            if (context.Request.Headers.Authorization != "Bearer gho_1") return false;
            context.Response.StatusCode = 401;
            await context.Response.CompleteAsync();
            return true;
        };
        if (life is null) await connecting.ConnectAsync(await connecting.LinkAsync(alice.AccessToken), "alice");
        Assert.True((await connecting.CallAsync(alice.AccessToken)).TryGetProperty("result", out _));
        Assert.Equal("Bearer gho_2", connecting.Credentials()[^1]);
        Assert.Empty(connecting.Entries("connection.ended"));
    }

    [Fact]
    public async Task AnAdministrator_SeesConnections_AndDisconnectsAPerson()
    {
        await using var connecting = await ConnectingGateway.StartAsync();
        connecting.Service.Life = Life;
        var alice = await connecting.SignInAsync("alice");
        await connecting.ConnectAsync(await connecting.LinkAsync(alice.AccessToken), "alice");
        var administration = connecting.Gateway.Host.Core.Services.Get<IConnectionAdministration>();
        var shown = Assert.Single(await administration.ListAsync("up", null));
        Assert.Equal(("up", "connection", "github", "corp:alice", "repo"), (shown.Server, shown.Kind, shown.Source, shown.Subject, shown.Scopes));
        Assert.DoesNotContain("gho_", shown.ToString(), StringComparison.Ordinal);
        Assert.Empty(await administration.ListAsync("other", null));
        Assert.Empty(await administration.IssuersOfAsync("up", "corp:bob"));
        Assert.Null(await administration.DisconnectAsync("up", "https://other.example", "corp:alice"));
        Assert.Equal([connecting.Origin], await administration.IssuersOfAsync("up", "corp:alice"));
        Assert.True(await administration.DisconnectAsync("up", connecting.Origin, "corp:alice"));
        Assert.Empty(await administration.ListAsync(null, null));
        Assert.Contains("gho_1", connecting.Service.Revoked);
    }

    // Threat: a server that refuses every token makes each call a request to the service (CWE-400).
    [Fact]
    public async Task AServerThatRefusesEveryToken_CostsOneRefreshAMinute()
    {
        var clock = new ManualTimeProvider();
        await using var connecting = await ConnectingGateway.StartAsync(clock);
        connecting.Service.Life = Life;
        var alice = await connecting.SignInAsync("alice");
        await connecting.ConnectAsync(await connecting.LinkAsync(alice.AccessToken), "alice");
        Refuse(connecting, static _ => true);
        for (var i = 0; i < 5; i++) await connecting.CallAsync(alice.AccessToken);
        Assert.Equal(1, connecting.Service.Refreshes);
        clock.Advance(ConnectedCredentials.BetweenRefusals);
        for (var i = 0; i < 5; i++) await connecting.CallAsync(alice.AccessToken);
        Assert.Equal(2, connecting.Service.Refreshes);
    }

    // Threat: the refused token of one person pauses the refreshes of all others (CWE-770).
    [Fact]
    public async Task ARefreshThatAServerProvoked_PausesNothingForOthers()
    {
        var clock = new ManualTimeProvider();
        await using var connecting = await ConnectingGateway.StartAsync(clock);
        connecting.Service.Life = Life;
        var (alice, bob) = (await connecting.SignInAsync("alice"), await connecting.SignInAsync("bob"));
        await connecting.ConnectAsync(await connecting.LinkAsync(bob.AccessToken), "bob");
        clock.Advance(TimeSpan.FromSeconds(Life - 50));
        await connecting.ConnectAsync(await connecting.LinkAsync(alice.AccessToken), "alice");
        clock.Advance(TimeSpan.FromSeconds(60)); // only the token of bob has ended
        Refuse(connecting, static token => token == "Bearer gho_2");
        connecting.Service.IsDown = true;
        Assert.Equal(7015, Code(await connecting.CallAsync(alice.AccessToken)));
        connecting.Service.IsDown = false;
        Assert.True((await connecting.CallAsync(bob.AccessToken)).TryGetProperty("result", out _));
    }

    private static void Refuse(ConnectingGateway connecting, Func<string, bool> which) =>
        connecting.Gateway.Upstream.Before = async (context, body) =>
        {
            if (!body.ToString().Contains("tools/call", StringComparison.Ordinal) || !which(context.Request.Headers.Authorization.ToString()))
                return false;
            context.Response.StatusCode = 401;
            await context.Response.CompleteAsync();
            return true;
        };

    private static int Code(JsonElement answer) => answer.GetProperty("error").GetProperty("code").GetInt32();
}
