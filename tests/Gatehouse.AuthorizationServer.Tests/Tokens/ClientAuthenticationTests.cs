using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Tests.Clients;
using Gatehouse.AuthorizationServer.Tokens;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>Public clients name themselves; confidential ones prove their secret, in one place.</summary>
[Trait("Requirement", "A26")]
public sealed class ClientAuthenticationTests : IDisposable
{
    private readonly TokenBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task AConfidentialClient_ProvesItsSecret_InTheHeaderOrTheForm()
    {
        Assert.Equal(200, (await RedeemAsync(("client_id", null), (":authorization", Basic(TokenBench.Secret)))).Status);
        Assert.Equal(200, (await RedeemAsync((":authorization", "basic" + Basic(TokenBench.Secret)[5..]))).Status);
        Assert.Equal(200, (await RedeemAsync(("client_secret", TokenBench.Secret))).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wrong")]
    [InlineData(TokenBench.Secret + "x")]
    public async Task WithoutItsSecret_AConfidentialClientIsRefused(string? secret)
    {
        var code = await CodeAsync();
        Refused("invalid_client", 401, await bench.RedeemAsync(code, ("client_id", "service"), ("client_secret", secret)));
        Refused("invalid_client", 401, await bench.RedeemAsync(code, ("client_id", null), (":authorization", Basic(secret ?? ""))));
        Assert.Equal(200, (await bench.RedeemAsync(code, ("client_id", "service"), ("client_secret", TokenBench.Secret))).Status);
    }

    [Fact]
    public async Task AuthenticatingTwice_IsRefused() => Refused(
        "invalid_request", 400, await RedeemAsync((":authorization", Basic(TokenBench.Secret)), ("client_secret", TokenBench.Secret)));

    [Fact]
    public async Task AnotherClientInTheForm_IsRefused() => Refused(
        "invalid_request", 400, await RedeemAsync(("client_id", TokenBench.Other.Id), (":authorization", Basic(TokenBench.Secret))));

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic %%%")]
    [InlineData("Basic c2VydmljZQ==")]
    [InlineData("Basic OnNlY3JldA==")]
    [InlineData("Basic c2VydmljZTolWFg=")]
    [InlineData("Bearer gha_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task AnotherHeader_IsRefused(string header) =>
        Refused("invalid_client", 401, await RedeemAsync(("client_id", null), (":authorization", header)));

    [Fact]
    public async Task AnUnknownClient_OrAPublicOneWithASecret_IsRefused()
    {
        var code = await bench.CodeAsync();
        Refused("invalid_client", 401, await bench.RedeemAsync(code, ("client_id", "nobody")));
        Refused("invalid_client", 401, await bench.RedeemAsync(code, ("client_secret", "x")));
        Refused("invalid_request", 400, await bench.RedeemAsync(code, ("client_id", null)));
        Refused("invalid_client", 401, await bench.RedeemAsync(code, ("client_assertion", "x")));
        Assert.Equal(200, (await bench.RedeemAsync(code)).Status);
    }

    // A client that reads invalid_client gives up its registration and its tokens.
    [Fact]
    public async Task AClientThatCannotBeReadNow_IsAskedToTryAgain_AndKeepsItsTokens()
    {
        var (code, signedIn) = (await bench.CodeAsync(), await bench.SignInAsync());
        var clients = (KnownClients)bench.Parts.Clients;
        clients.Fault = new ClientLookup(null, "busy", "document-busy") { IsTemporary = true };
        Refused("temporarily_unavailable", 503, await bench.RedeemAsync(code));
        Refused("temporarily_unavailable", 503, await bench.RefreshAsync(signedIn.Refresh));
        clients.Fault = null;
        Assert.Equal(200, (await bench.RedeemAsync(code)).Status);
        Assert.Equal(200, (await bench.RefreshAsync(signedIn.Refresh)).Status);
    }

    // Threat: strangers use up the fetches of new documents, and clients whose document was forgotten, as by a restart, get no tokens.
    [Fact]
    public async Task AClientWithAGrant_IsReadWhileStrangersUseUpTheFetches()
    {
        var signedIn = await bench.SignInAsync(request => request with { Standing = new ClientStanding(ClientOrigin.Document, false) });
        var endpoint = EndpointWithDocuments();
        for (var number = 0; number < ClientDocuments.MostNewPerMinute; number++)
            Refused("temporarily_unavailable", 503, await RefreshAsync(endpoint, "ghr_" + new string('A', 43), $"https://mallory.example/{number}"));

        // Neither an invented token nor one of another client has the part of a grant.
        Refused("temporarily_unavailable", 503, await RefreshAsync(endpoint, "ghr_" + new string('A', 43), TokenBench.Public.Id));
        Refused("temporarily_unavailable", 503, await RefreshAsync(endpoint, signedIn.Refresh, "https://mallory.example/other"));
        Assert.Equal(200, (await RefreshAsync(endpoint, signedIn.Refresh, TokenBench.Public.Id)).Status);
    }

    // Threat: a thief used a stolen refresh token, and keeps the fetches spent, so that no check sees the client present the spent one.
    [Fact]
    public async Task SpentToken_IsNoticedWhileStrangersUseUpTheFetches()
    {
        var signedIn = await bench.SignInAsync(request => request with { Standing = new ClientStanding(ClientOrigin.Document, false) });
        var stolen = await bench.RefreshAsync(signedIn.Refresh);
        Assert.Equal(200, stolen.Status);
        bench.Clock.Advance(TimeSpan.FromMinutes(5));
        var endpoint = EndpointWithDocuments();
        for (var number = 0; number < ClientDocuments.MostNewPerMinute; number++)
            await RefreshAsync(endpoint, "ghr_" + new string('A', 43), $"https://mallory.example/{number}");
        Assert.Equal("invalid_grant", (await RefreshAsync(endpoint, signedIn.Refresh, TokenBench.Public.Id)).Error);
        Assert.Equal("invalid_grant", (await RefreshAsync(endpoint, stolen.Refresh, TokenBench.Public.Id)).Error);
    }

    // Of a gateway that was started after the sign-in: it remembers no document.
    private TokenEndpoint EndpointWithDocuments()
    {
        var web = new ScriptedDocuments();
        web.Serve(TokenBench.Public.Id, ScriptedDocuments.Good(TokenBench.Public.Id));
        var documents = new ClientDocuments(web, bench.Clock, static () => 100);
        var parts = bench.Parts with
        {
            Clients = new ClientDirectory(() => bench.Settings, documents, new MemoryClientStore(bench.Clock), bench.Clock),
        };
        return new TokenEndpoint(parts, new FailureRates(parts));
    }

    private static Task<TokenBench.Received> RefreshAsync(TokenEndpoint endpoint, string token, string client) => TokenBench.SendAsync(
        endpoint.AnswerAsync, [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", client)]);

    private static string Basic(string secret) => TokenBench.Basic("service", secret);

    private static void Refused(string error, int status, TokenBench.Received received) =>
        Assert.Equal((error, status), (received.Error, received.Status));

    private Task<string> CodeAsync() => bench.CodeAsync(request => request with { ClientId = TokenBench.Confidential.Id });

    private async Task<TokenBench.Received> RedeemAsync(params (string Name, string? Value)[] changes) =>
        await bench.RedeemAsync(await CodeAsync(), [("client_id", "service"), .. changes]);
}
