using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Peers.Providers;
using Gatehouse.Peers.Resources;
using Gatehouse.Peers.ThirdParties;
using Gatehouse.Testing;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Identity.Tests.Providers;

/// <summary>The server of the tests takes tokens that its issuer gave out for it, and nothing else.</summary>
public sealed class ResourceServerTests : IAsyncLifetime
{
    private const string WhoAmI = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami"}}""";
    private const string Change = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"change"}}""";

    private readonly ManualTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    private OpenIddictProvider provider = null!;
    private ProviderCaller caller = null!;
    private ResourceServer server = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await OpenIddictProvider.StartAsync(new ProviderSetup { Time = clock });
        caller = new ProviderCaller(provider);
        server = await ResourceServer.StartAsync(ResourceServerSetup.For(provider, "crm", clock));
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        caller.Dispose();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task ACall_IsAnsweredForThePersonOfItsToken_AndRecorded()
    {
        var (status, text, _) = await CallAsync(await ExchangedAsync());
        Assert.Equal(200, status);
        Assert.Contains("alice at crm", text, StringComparison.Ordinal);
        var call = Assert.Single(server.Calls);
        Assert.Equal(("tools/call", "whoami", null, "alice", "crm", "gateway", "gateway", "00-trace"), (call.Method, call.Tool, call.Refusal,
            call.Token!.Subject, call.Token.Audience, call.Token.ClientId, call.Token.Actor, call.TraceParent));
    }

    [Theory]
    [InlineData(BadAnswer.OtherAudience)]
    [InlineData(BadAnswer.Expired)]
    [InlineData(BadAnswer.Unsigned)]
    public async Task ABadToken_IsRefused(BadAnswer bad)
    {
        provider.Bad = bad;
        var (status, _, challenge) = await CallAsync(await ExchangedAsync());
        Assert.Equal((401, "Bearer error=\"invalid_token\""), (status, challenge));
        Assert.Equal("invalid_token", Assert.Single(server.Calls).Refusal);
    }

    [Fact]
    public async Task TokensOfAnotherKindOrTime_AreRefused()
    {
        Assert.Equal((401, "Bearer"), await OutcomeAsync(null));
        await using var other = await OpenIddictProvider.StartAsync(new ProviderSetup { Time = clock });
        Assert.Equal((401, "Bearer error=\"invalid_token\""), await OutcomeAsync(await other.IssueForAsync("alice", "crm")));
        var token = await ExchangedAsync();
        Assert.Equal((401, "Bearer error=\"invalid_token\""), await OutcomeAsync(token[..^4] + "AAAA"));
        Assert.Equal(200, (await CallAsync(token)).Status);
        clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal((401, "Bearer error=\"invalid_token\""), await OutcomeAsync(token));

        var next = await ExchangedAsync();
        Assert.Equal(200, (await CallAsync(next)).Status);
        server.RevokeAllSoFar();
        Assert.Equal((401, "Bearer error=\"invalid_token\""), await OutcomeAsync(next));
        Assert.Equal(200, (await CallAsync(await ExchangedAsync())).Status);
    }

    [Fact]
    public async Task AMissingScope_Is403_WithTheScope()
    {
        Assert.Equal((403, "Bearer error=\"insufficient_scope\", scope=\"write\""), await OutcomeAsync(await ExchangedAsync(), Change));
        Assert.Equal(200, (await CallAsync(await ExchangedAsync("read write"), Change)).Status);
    }

    [Fact]
    public async Task MissingClaims_AreAskedForByAChallenge()
    {
        server.NeededClaims = """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}""";
        var (status, challenge) = await OutcomeAsync(await IssuedAsync(null));
        Assert.Equal(401, status);
        Assert.Contains($"error=\"insufficient_claims\", claims=\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(server.NeededClaims))}\"", challenge,
            StringComparison.Ordinal);
        Assert.Equal(200, (await CallAsync(await IssuedAsync(new JsonObject { ["acrs"] = new JsonArray("c1") }))).Status);

        server.NeededClaims = $"{{\"access_token\":{{\"nbf\":{{\"essential\":true,\"value\":\"{clock.GetUtcNow().AddSeconds(30).ToUnixTimeSeconds()}\"}}}}}}";
        Assert.Equal(401, (await CallAsync(await IssuedAsync(null))).Status);
        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(200, (await CallAsync(await IssuedAsync(null))).Status);

        (server.NeededClaims, server.NeededAcr) = (null, "phr");
        Assert.Equal((401, "Bearer error=\"insufficient_user_authentication\", acr_values=\"phr\""), await OutcomeAsync(await IssuedAsync(null)));
        Assert.Equal(200, (await CallAsync(await IssuedAsync(new JsonObject { ["acr"] = "phr" }))).Status);
    }

    [Fact]
    public async Task AServerOfAThirdParty_TakesItsTokensUntilTheyAreRevoked()
    {
        const string Redirect = "http://127.0.0.1:8080/callback";
        await using var github = await ThirdPartyProvider.StartAsync(ThirdPartyMode.GitHub, clock, Redirect);
        await using var there = await ResourceServer.StartAsync(ResourceServerSetup.For(github));
        var answer = await github.ApproveAsync($"{github.AuthorizationEndpoint}?client_id={ThirdPartyProvider.ClientId}&scope=repo", "alice");
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["client_id"] = ThirdPartyProvider.ClientId,
            ["client_secret"] = ThirdPartyProvider.ClientSecret,
            ["code"] = QueryHelpers.ParseQuery(answer.Query)["code"].ToString(),
        });
        using var response = await caller.Http.PostAsync(new Uri(github.TokenEndpoint), form, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var token = QueryHelpers.ParseQuery(text)["access_token"].ToString();
        Assert.Contains($"alice at {github.Origin}", (await CallAsync(token, at: there)).Text, StringComparison.Ordinal);
        Assert.Equal(401, (await CallAsync(await ExchangedAsync(), at: there)).Status);
        github.Withdraw("alice");
        Assert.Equal(401, (await CallAsync(token, at: there)).Status);
    }

    private Task<string> IssuedAsync(JsonObject? claims) => provider.IssueForAsync("alice", "crm", "read", claims: claims);

    private async Task<string> ExchangedAsync(string scope = "read")
    {
        var form = ProviderCaller.Exchange(await provider.IssueForAsync("alice", ProviderCaller.Gateway));
        form["scope"] = scope;
        return (await caller.TokenAsync(form)).Answer.GetProperty("access_token").GetString()!;
    }

    private async Task<(int, string)> OutcomeAsync(string? token, string body = WhoAmI) => await CallAsync(token, body) is var (status, _, challenge)
        ? (status, challenge) : default;

    private async Task<(int Status, string Text, string Challenge)> CallAsync(
        string? token, string body = WhoAmI, ResourceServer? at = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, (at ?? server).Url)
        { Content = new StringContent(body, Encoding.UTF8, "application/json"), Headers = { { "traceparent", "00-trace" } } };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await caller.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.WwwAuthenticate.ToString());
    }
}
