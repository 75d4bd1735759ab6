using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Peers.Providers;
using Gatehouse.Peers.ThirdParties;
using Gatehouse.Testing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Identity.Tests.Providers;

/// <summary>
/// The third parties of the tests have the quirks that the documentation of GitHub and Google describes, and are strict in everything else.
/// </summary>
public sealed class ThirdPartyProviderTests : IAsyncLifetime
{
    private const string Redirect = "http://127.0.0.1:8080/connections/callback/x";
    private const string Verifier = "abcdefghijklmnopqrstuvwxyz0123456789-verifier";

    private static readonly string Challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly ManualTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private ThirdPartyProvider github = null!;
    private ThirdPartyProvider google = null!;

    public async ValueTask InitializeAsync()
    {
        github = await ThirdPartyProvider.StartAsync(ThirdPartyMode.GitHub, clock, Redirect);
        google = await ThirdPartyProvider.StartAsync(ThirdPartyMode.Google, clock, Redirect);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await github.DisposeAsync();
        await google.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GitHub_AnswersWithAForm_UnlessJsonIsAskedFor(bool isJson)
    {
        var answer = await AuthorizeAsync(github, "repo user:email public_repo");
        Assert.Equal(["code", "state"], answer.Keys.Order());
        Assert.Equal("s", answer["state"]);
        var (status, type, text) = await PostAsync(github, Redemption(answer["code"]), isJson);
        Assert.Equal((200, isJson ? "application/json" : "application/x-www-form-urlencoded"), (status, type));
        var token = isJson ? JsonNode.Parse(text)!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.ToString()) : Parsed(text);
        Assert.Equal(["access_token", "scope", "token_type"], token.Keys.Order());
        // A scope that another one includes is left out.
        Assert.Equal(("repo,user:email", "bearer"), (token["scope"], token["token_type"]));
        Assert.Equal(("alice", "repo,user:email"), (github.Find(token["access_token"])!.Person, string.Join(',', github.Find(token["access_token"])!.Scopes)));
        Assert.Equal("alice", (await GetAsync(github, "/user", token["access_token"])).GetProperty("login").GetString());
        Assert.DoesNotContain(github.Requests, request => request.Parameters.Values.Contains(ThirdPartyProvider.ClientSecret));
    }

    // "Troubleshooting OAuth app access token request errors": the status says nothing.
    [Theory]
    [InlineData("client_secret", "wrong", "incorrect_client_credentials")]
    [InlineData("client_id", "other", "incorrect_client_credentials")]
    [InlineData("code", "wrong", "bad_verification_code")]
    [InlineData("code_verifier", null, "bad_verification_code")]
    [InlineData("code_verifier", "another-verifier-that-is-long-enough-to-be-one", "bad_verification_code")]
    [InlineData("redirect_uri", Redirect + "/", "redirect_uri_mismatch")]
    [InlineData("grant_type", "password", "unsupported_grant_type")]
    public async Task GitHub_RefusesWithTheStatus200(string name, string? value, string error)
    {
        var form = Redemption((await AuthorizeAsync(github, "repo"))["code"]);
        Assert.Equal((200, error), await ErrorAsync(github, With(form, name, value)));
    }

    [Fact]
    public async Task GitHub_SendsAnUnknownRedirect_ToTheRegisteredOne()
    {
        var location = await github.ApproveAsync(Request(github, "repo", ("redirect_uri", "https://attacker.example/callback")), "alice");
        Assert.StartsWith(Redirect + "?error=redirect_uri_mismatch", location.ToString(), StringComparison.Ordinal);
        Assert.StartsWith(Redirect + "?code=", (await github.ApproveAsync(Request(github, "repo", ("redirect_uri", null)), "alice")).ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task GitHub_WithExpiringTokens_ReplacesBothAtEachRefresh()
    {
        github.HasExpiringTokens = true;
        var first = await RedeemAsync(github, (await AuthorizeAsync(github, "repo"))["code"]);
        Assert.Equal((28_800, ""), (first["expires_in"]!.GetValue<int>(), (string?)first["scope"]));
        clock.Advance(TimeSpan.FromHours(9));
        Assert.Null(github.Find((string)first["access_token"]!));
        var second = await TokenAsync(github, Refresh(first));
        Assert.NotNull(github.Find((string)second["access_token"]!));
        Assert.Equal((200, "bad_refresh_token"), await ErrorAsync(github, Refresh(first)));
        var third = await TokenAsync(github, Refresh(second));
        Assert.Null(github.Find((string)second["access_token"]!));
        clock.Advance(TimeSpan.FromDays(185));
        Assert.Equal((200, "bad_refresh_token"), await ErrorAsync(github, Refresh(third)));
    }

    [Fact]
    public async Task GitHub_RevokesByBasicAuthentication_WithTheTokenInJson()
    {
        var token = (string)(await RedeemAsync(github, (await AuthorizeAsync(github, "repo"))["code"]))["access_token"]!;
        var other = (string)(await RedeemAsync(github, (await AuthorizeAsync(github, "gist"))["code"]))["access_token"]!;
        Assert.Equal(403, await DeleteAsync(ThirdPartyProvider.ClientSecret, token, agent: null));
        Assert.Equal(401, await DeleteAsync("wrong", token));
        Assert.Equal(422, await DeleteAsync(ThirdPartyProvider.ClientSecret, null));
        Assert.Equal(404, await DeleteAsync(ThirdPartyProvider.ClientSecret, "gho_unknown"));
        Assert.NotNull(github.Find(token));
        Assert.Equal(204, await DeleteAsync(ThirdPartyProvider.ClientSecret, token));
        Assert.Null(github.Find(token));
        Assert.Null(github.Find(other)); // the whole grant ends
    }

    [Fact]
    public async Task Google_GivesARefreshToken_AtTheFirstOfflineConsent_AndWithAPrompt()
    {
        Assert.False(await HasRefreshAsync());
        Assert.True(await HasRefreshAsync(("access_type", "offline")));
        Assert.False(await HasRefreshAsync(("access_type", "offline")));
        Assert.True(await HasRefreshAsync(("access_type", "offline"), ("prompt", "consent")));
        google.Withdraw("alice");
        Assert.True(await HasRefreshAsync(("access_type", "offline")));

        async Task<bool> HasRefreshAsync(params (string, string?)[] more) =>
            (await RedeemAsync(google, (await AuthorizeAsync(google, "drive", more))["code"])).ContainsKey("refresh_token");
    }

    [Fact]
    public async Task Google_NamesItsIssuerInTheResponse_AndNotInTheMetadata()
    {
        var metadata = JsonElement.Parse(await http.GetStringAsync(new Uri(google.Origin + "/.well-known/openid-configuration"), Cancel));
        Assert.Equal((google.Origin, google.TokenEndpoint, google.RevocationEndpoint), (metadata.GetProperty("issuer").GetString(),
            metadata.GetProperty("token_endpoint").GetString(), metadata.GetProperty("revocation_endpoint").GetString()));
        Assert.False(metadata.TryGetProperty("authorization_response_iss_parameter_supported", out _));
        Assert.Equal(google.Origin, (await AuthorizeAsync(google, "drive"))["iss"]);
        google.ResponseIssuer = "https://attacker.example";
        Assert.Equal("https://attacker.example", (await AuthorizeAsync(google, "drive"))["iss"]);
        Assert.Equal(404, (int)(await http.GetAsync(new Uri(github.Origin + "/.well-known/openid-configuration"), Cancel)).StatusCode);
    }

    [Fact]
    public async Task Google_GrantsFewerOrMoreScopes_AndSaysWhich()
    {
        google.Granted = static (_, asked) => asked.Where(static scope => scope != "calendar");
        var first = await RedeemAsync(google, (await AuthorizeAsync(google, "openid email drive calendar"))["code"]);
        Assert.Equal("openid https://www.googleapis.com/auth/userinfo.email drive", (string?)first["scope"]);
        var token = new JsonWebToken((string)first["id_token"]!);
        Assert.Equal((google.Origin, ThirdPartyProvider.ClientId, "n", "alice@example.test"), (token.Issuer, Assert.Single(token.Audiences),
            token.GetPayloadValue<string>("nonce"), token.GetPayloadValue<string>("email")));
        var second = await RedeemAsync(google, (await AuthorizeAsync(google, "tasks", ("include_granted_scopes", "true")))["code"]);
        Assert.Equal(["drive", "https://www.googleapis.com/auth/userinfo.email", "openid", "tasks"], ((string)second["scope"]!).Split(' ').Order());
    }

    [Theory]
    [InlineData("client_secret", "wrong", 401, "invalid_client")]
    [InlineData("code", "wrong", 400, "invalid_grant")]
    [InlineData("code_verifier", null, 400, "invalid_grant")]
    [InlineData("redirect_uri", null, 400, "redirect_uri_mismatch")]
    [InlineData("grant_type", null, 400, "unsupported_grant_type")]
    public async Task Google_RefusesWithAStatus(string name, string? value, int status, string error)
    {
        var form = Redemption((await AuthorizeAsync(google, "drive"))["code"]);
        Assert.Equal((status, error), await ErrorAsync(google, With(form, name, value)));
    }

    [Fact]
    public async Task Google_RefreshesWithTheSameToken_UntilItIsRevoked()
    {
        var first = await RedeemAsync(google, (await AuthorizeAsync(google, "drive", ("access_type", "offline")))["code"]);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(google.Find((string)first["access_token"]!));
        var second = await TokenAsync(google, Refresh(first));
        Assert.False(second.ContainsKey("refresh_token"));
        Assert.Equal(3599, (int)(await TokenAsync(google, Refresh(first)))["expires_in"]!);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["token"] = (string)second["access_token"]! });
        Assert.Equal(200, (int)(await http.PostAsync(new Uri(google.RevocationEndpoint), form, Cancel)).StatusCode);
        Assert.Equal((400, "invalid_grant"), await ErrorAsync(google, Refresh(first)));
        Assert.Equal(400, (int)(await http.PostAsync(new Uri(google.RevocationEndpoint), form, Cancel)).StatusCode);
    }

    [Fact]
    public async Task AnUnknownRedirectOfGoogle_IsAPage_AndACodeIsUsedOnce_AndEnds()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            google.ApproveAsync(Request(google, "drive", ("redirect_uri", Redirect + "?x=1")), "alice"));
        foreach (var provider in new[] { github, google })
        {
            var code = (await AuthorizeAsync(provider, "drive"))["code"];
            await RedeemAsync(provider, code);
            Assert.Contains((await ErrorAsync(provider, Redemption(code))).Error, new[] { "bad_verification_code", "invalid_grant" });
            code = (await AuthorizeAsync(provider, "drive"))["code"];
            clock.Advance(TimeSpan.FromMinutes(10));
            Assert.Contains((await ErrorAsync(provider, Redemption(code))).Error, new[] { "bad_verification_code", "invalid_grant" });
            var answer = await AuthorizeAsync(provider, "drive", ("code_challenge_method", "plain"));
            Assert.Equal(("invalid_request", "s"), (answer["error"], answer["state"]));
        }
    }

    [Fact]
    public async Task WithoutAPersonInTheRequest_APageAsks_AndAPersonMayDecline()
    {
        var page = await http.GetStringAsync(new Uri(Request(github, "repo")), Cancel);
        Assert.Contains("<li>repo</li>", page, StringComparison.Ordinal);
        var ticket = page.Split("name=\"ticket\" value=\"")[1].Split('"')[0];
        Assert.StartsWith(Redirect + "?error=access_denied", await AnswerAsync("deny"), StringComparison.Ordinal);
        Assert.Equal("", await AnswerAsync("approve")); // a ticket is used once
        ticket = (await http.GetStringAsync(new Uri(Request(github, "repo")), Cancel)).Split("name=\"ticket\" value=\"")[1].Split('"')[0];
        Assert.StartsWith(Redirect + "?code=", await AnswerAsync("approve"), StringComparison.Ordinal);

        async Task<string> AnswerAsync(string answer)
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["ticket"] = ticket, ["person"] = "bob", ["answer"] = answer });
            using var response = await http.PostAsync(new Uri(github.Origin + "/approve"), form, Cancel);
            return response.Headers.Location?.ToString() ?? "";
        }
    }

    [Theory]
    [InlineData(BadAnswer.Html, "text/html")]
    [InlineData(BadAnswer.OtherTokenType, "application/json")]
    [InlineData(BadAnswer.Empty, "application/json")]
    public async Task ABadAnswer_ComesFromTheTokenEndpoint(BadAnswer bad, string type)
    {
        var form = Redemption((await AuthorizeAsync(google, "drive"))["code"]);
        google.Bad = bad;
        var (_, actual, text) = await PostAsync(google, form);
        Assert.Equal((type, bad == BadAnswer.OtherTokenType), (actual, text.Contains("N_A", StringComparison.Ordinal)));
    }

    private static string Request(ThirdPartyProvider provider, string scope, params (string Name, string? Value)[] more)
    {
        var query = new Dictionary<string, string?>
        {
            ["client_id"] = ThirdPartyProvider.ClientId,
            ["redirect_uri"] = Redirect,
            ["response_type"] = "code",
            ["scope"] = scope,
            ["state"] = "s",
            ["nonce"] = "n",
            ["code_challenge"] = Challenge,
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in more) query[name] = value;
        return QueryHelpers.AddQueryString(provider.AuthorizationEndpoint, query.Where(static pair => pair.Value is not null));
    }

    private static async Task<Dictionary<string, string>> AuthorizeAsync(
        ThirdPartyProvider provider, string scope, params (string, string?)[] more) =>
        Parsed((await provider.ApproveAsync(Request(provider, scope, more), "alice")).Query);

    private static Dictionary<string, string> Redemption(string code) => new()
    {
        ["grant_type"] = "authorization_code",
        ["client_id"] = ThirdPartyProvider.ClientId,
        ["client_secret"] = ThirdPartyProvider.ClientSecret,
        ["code"] = code,
        ["redirect_uri"] = Redirect,
        ["code_verifier"] = Verifier,
    };

    private static Dictionary<string, string> Refresh(JsonObject answer) => new()
    {
        ["grant_type"] = "refresh_token",
        ["client_id"] = ThirdPartyProvider.ClientId,
        ["client_secret"] = ThirdPartyProvider.ClientSecret,
        ["refresh_token"] = (string)answer["refresh_token"]!,
    };

    private Task<JsonObject> RedeemAsync(ThirdPartyProvider provider, string code) => TokenAsync(provider, Redemption(code));

    private async Task<JsonObject> TokenAsync(ThirdPartyProvider provider, Dictionary<string, string> form)
    {
        var answer = JsonNode.Parse((await PostAsync(provider, form)).Text)!.AsObject();
        Assert.True(answer.ContainsKey("access_token"), answer.ToString());
        return answer;
    }

    private async Task<(int Status, string Error)> ErrorAsync(ThirdPartyProvider provider, Dictionary<string, string> form)
    {
        var (status, _, text) = await PostAsync(provider, form);
        Assert.DoesNotContain("access_token", text, StringComparison.Ordinal);
        return (status, (string)JsonNode.Parse(text)!["error"]!);
    }

    private async Task<(int Status, string? Type, string Text)> PostAsync(
        ThirdPartyProvider provider, Dictionary<string, string> form, bool isJson = true)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, provider.TokenEndpoint) { Content = new FormUrlEncodedContent(form) };
        if (isJson) request.Headers.Accept.ParseAdd("application/json");
        using var response = await http.SendAsync(request, Cancel);
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(Cancel));
    }

    private async Task<JsonElement> GetAsync(ThirdPartyProvider provider, string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, provider.Origin + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.UserAgent.ParseAdd("test");
        using var response = await http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    private async Task<int> DeleteAsync(string secret, string? token, string? agent = "test")
    {
        var body = new JsonObject();
        if (token is not null) body["access_token"] = token;
        using var request = new HttpRequestMessage(HttpMethod.Delete, github.RevocationEndpoint) { Content = JsonContent.Create(body) };
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ThirdPartyProvider.ClientId}:{secret}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
        if (agent is not null) request.Headers.UserAgent.ParseAdd(agent);
        using var response = await http.SendAsync(request, Cancel);
        return (int)response.StatusCode;
    }

    private static Dictionary<string, string> With(Dictionary<string, string> form, string name, string? value)
    {
        var changed = new Dictionary<string, string>(form);
        if (value is null) changed.Remove(name);
        else changed[name] = value;
        return changed;
    }

    private static Dictionary<string, string> Parsed(string text) =>
        QueryHelpers.ParseQuery(text).ToDictionary(static pair => pair.Key, static pair => pair.Value.ToString());
}
