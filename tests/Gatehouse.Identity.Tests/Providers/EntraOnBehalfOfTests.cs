using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EntraStandIn;
using Gatehouse.Peers.Resources;
using Gatehouse.Testing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Identity.Tests.Providers;

/// <summary>On-behalf-of at the stand-in of Entra: consent, Conditional Access, claims challenges, and APIs of both versions of tokens.</summary>
public sealed class EntraOnBehalfOfTests : IAsyncLifetime
{
    private const string Redirect = "https://gateway.example/oauth/callback/entra";
    private const string Verifier = "abcdefghijklmnopqrstuvwxyz0123456789-verifier";
    private const string Policy = "11111111-2222-4000-8000-000000000001";
    private const string ForGraphTools = $"api://{Tenant.GraphTools}/.default";
    private const string ForOldTools = $"api://{Tenant.OldTools}/.default";

    private readonly ManualTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private StandIn entra = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        entra = await StandIn.StartAsync(clock);
        entra.Knobs.SignedIn = Tenant.Alice;
    }

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return entra.DisposeAsync();
    }

    [Theory]
    [InlineData(2, ForGraphTools)]
    [InlineData(2, ForOldTools)]
    [InlineData(1, ForGraphTools)]
    [InlineData(1, ForOldTools)]
    public async Task AToken_ForAnApiOfEitherVersion_IsForThatApiOnly(int version, string scope)
    {
        entra.Registered.Change(Tenant.Gateway, one => one with { AccessTokenVersion = version });
        var (status, answer) = await OnBehalfAsync(await SignInAsync(), scope);
        Assert.True(status == 200, answer.ToString());
        var token = Text(answer, "access_token");
        await using var graph = await ResourceServer.StartAsync(ResourceServerSetup.ForEntra(entra.Authority, Tenant.GraphTools, clock));
        await using var old = await ResourceServer.StartAsync(ResourceServerSetup.ForEntra(entra.Authority, $"api://{Tenant.OldTools}", clock));
        Assert.Equal(scope == ForGraphTools ? (200, 401) : (401, 200), (await CallAsync(graph.Url, token), await CallAsync(old.Url, token)));
        var call = (scope == ForGraphTools ? graph : old).Calls[0];
        Assert.Equal((Tenant.Gateway, Tenant.ApiScope), (call.Token!.ClientId, Assert.Single(call.Token.Scopes)));
    }

    // An administrator has consented to one of the two.
    [Fact]
    public async Task WithoutConsent_ThereIsNoToken_UntilAnAdministratorConsents()
    {
        var assertion = await SignInAsync();
        entra.Knobs.SignedIn = null;
        Assert.Equal(200, (await OnBehalfAsync(assertion, ForGraphTools)).Status);
        var refused = (await OnBehalfAsync(assertion, ForOldTools)).Answer;
        Assert.Equal(("invalid_grant", 65001, "consent_required"), (Text(refused, "error"), Number(refused), Text(refused, "suberror")));
        Assert.Contains(Tenant.Gateway, Text(refused, "error_description"), StringComparison.Ordinal);
        entra.Registered.Change(Tenant.Gateway, static one => one with { AdminConsent = [$"{Tenant.OldTools}/{Tenant.ApiScope}"] });
        Assert.Equal(200, (await OnBehalfAsync(assertion, ForOldTools)).Status);
        Assert.Equal(65001, Number((await OnBehalfAsync(assertion, ForGraphTools)).Answer));

        // An API that the registration does not name is another fault, and the answer names client and resource.
        entra.Registered.Change(Tenant.Gateway, static one => one with { ApiScopes = [] });
        refused = (await OnBehalfAsync(assertion, ForOldTools)).Answer;
        Assert.Equal(("invalid_resource", 650057), (Text(refused, "error"), Number(refused)));
        Assert.Contains($"Client app ID: {Tenant.Gateway}", Text(refused, "error_description"), StringComparison.Ordinal);
        Assert.Contains($"api://{Tenant.OldTools}", Text(refused, "error_description"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(50076, Policy)]
    [InlineData(50079, Policy)]
    [InlineData(53003, Policy)]
    [InlineData(50076, "c1")]
    public async Task ADemand_IsSatisfiedByASignInWithItsClaims_AndByNothingElse(int number, string value)
    {
        entra.Knobs.Demand = (client, person, api) => (client.AppId, person, api) == (Tenant.Gateway, Tenant.Alice, Tenant.GraphTools)
            ? new AccessDemand(number, value) : null;
        var assertion = await SignInAsync();
        Assert.Equal(200, (await OnBehalfAsync(assertion, ForOldTools)).Status);
        var (status, refused) = await OnBehalfAsync(assertion, ForGraphTools);
        Assert.Equal((400, "interaction_required", number), (status, Text(refused, "error"), Number(refused)));
        Assert.StartsWith($"AADSTS{number}: ", Text(refused, "error_description"), StringComparison.Ordinal);
        var claims = Text(refused, "claims");
        Assert.Equal(value == "c1" ? """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"""
            : $$$$"""{"access_token":{"{{{{(number == 53003 ? "capolids" : "polids")}}}}":{"essential":true,"values":["{{{{Policy}}}}"]}}}""", claims);

        Assert.Equal(400, (await OnBehalfAsync(await SignInAsync("""{"access_token":{"acrs":{"value":"c2"}}}"""), ForGraphTools)).Status);
        (status, var answer) = await OnBehalfAsync(await SignInAsync(claims), ForGraphTools);
        Assert.True(status == 200, answer.ToString());
        Assert.Equal(value == "c1", new JsonWebToken(Text(answer, "access_token")).TryGetPayloadValue<JsonElement>("acrs", out _));
        entra.Knobs.SignedIn = Tenant.Bob;
        Assert.Equal(200, (await OnBehalfAsync(await SignInAsync(), ForGraphTools)).Status);
    }

    // The challenge of an API comes to the login service by the client in the middle, and back to the client with a page as its error.
    [Fact]
    public async Task AClaimsChallengeOfAnApi_GoesThroughTheClientInTheMiddle()
    {
        const string Wanted = """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}""";
        const string Capable = """{"access_token":{"xms_cc":{"values":["cp1"]}}}""";
        entra.Knobs.GraphClaims = Wanted;
        var assertion = await SignInAsync();
        Assert.Equal((403, ""), await MeAsync(await GraphTokenAsync(assertion, null)));
        var (status, challenge) = await MeAsync(await GraphTokenAsync(assertion, Capable));
        Assert.Equal(401, status);
        Assert.Contains($"error=\"insufficient_claims\", claims=\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(Wanted))}\"", challenge, StringComparison.Ordinal);
        var (_, refused) = await OnBehalfAsync(assertion, "https://graph.microsoft.com/.default", Wanted);
        Assert.Equal(("interaction_required", Wanted), (Text(refused, "error"), Text(refused, "claims")));
        Assert.Equal((200, ""), await MeAsync(await GraphTokenAsync(await SignInAsync(Text(refused, "claims")), Wanted)));
        Assert.Equal(9000410, Number((await OnBehalfAsync(assertion, ForGraphTools, "{")).Answer));
    }

    private async Task<string> GraphTokenAsync(string assertion, string? claims)
    {
        var (status, answer) = await OnBehalfAsync(assertion, "https://graph.microsoft.com/.default", claims);
        Assert.True(status == 200, answer.ToString());
        return Text(answer, "access_token");
    }

    /// <summary>Signs the person in at the gateway, and returns an access token for its own API.</summary>
    private async Task<string> SignInAsync(string? claims = null)
    {
        var query = new Dictionary<string, string?>
        {
            ["client_id"] = Tenant.Gateway,
            ["response_type"] = "code",
            ["redirect_uri"] = Redirect,
            ["scope"] = Tenant.GatewayScope,
            ["state"] = "s",
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        };
        if (claims is not null) query["claims"] = claims;
        using var response = await http.GetAsync(new Uri(QueryHelpers.AddQueryString(entra.Authority + "/oauth2/v2.0/authorize", query)), Cancel);
        var code = QueryHelpers.ParseQuery(response.Headers.Location!.Query)["code"].ToString();
        var (status, answer) = await TokenAsync(new()
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = Tenant.Gateway,
            ["client_secret"] = Tenant.GatewaySecret,
            ["code"] = code,
            ["redirect_uri"] = Redirect,
            ["code_verifier"] = Verifier,
        });
        Assert.True(status == 200, answer.ToString());
        return Text(answer, "access_token");
    }

    private Task<(int Status, JsonElement Answer)> OnBehalfAsync(string assertion, string scope, string? claims = null)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:jwt-bearer",
            ["requested_token_use"] = "on_behalf_of",
            ["client_id"] = Tenant.Gateway,
            ["client_secret"] = Tenant.GatewaySecret,
            ["assertion"] = assertion,
            ["scope"] = scope,
        };
        if (claims is not null) form["claims"] = claims;
        return TokenAsync(form);
    }

    private async Task<(int Status, JsonElement Answer)> TokenAsync(Dictionary<string, string> form)
    {
        using var content = new FormUrlEncodedContent(form);
        using var response = await http.PostAsync(new Uri(entra.Authority + "/oauth2/v2.0/token"), content, Cancel);
        return ((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancel)));
    }

    private async Task<(int Status, string Challenge)> MeAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, entra.Origin + "/v1.0/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, Cancel);
        return ((int)response.StatusCode, response.Headers.WwwAuthenticate.ToString());
    }

    private async Task<int> CallAsync(Uri url, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        { Content = new StringContent("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, Cancel);
        return (int)response.StatusCode;
    }

    private static int Number(JsonElement answer) => answer.GetProperty("error_codes")[0].GetInt32();

    private static string Text(JsonElement answer, string name) => answer.GetProperty(name).GetString()!;
}
