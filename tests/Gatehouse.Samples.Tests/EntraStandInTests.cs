using System.Buffers.Text;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EntraStandIn;
using Gatehouse.Testing;

namespace Gatehouse.Samples.Tests;

/// <summary>The stand-in refuses what Entra and Graph refuse: a sample that passes against it is one that their documentation covers.</summary>
public sealed class EntraStandInTests : IAsyncLifetime
{
    private const string JwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private readonly ManualTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    private Site site = null!;
    private EntraClient entra = null!;

    public async ValueTask InitializeAsync()
    {
        site = await Site.StartAsync(clock);
        entra = new EntraClient(site);
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();

    // A page, and no redirect: the address is not the client's (CWE-601).
    [Theory]
    [InlineData("client_id", "1f2e3d4c-0000-4000-8000-000000009999", "AADSTS700016")]
    [InlineData("redirect_uri", "https://attacker.example/auth/callback", "AADSTS50011")]
    [InlineData("redirect_uri", "https://localhost:7443/auth/callback/", "AADSTS50011")]
    [InlineData("redirect_uri", "https://localhost:7443/AUTH/callback", "AADSTS50011")]
    [InlineData("redirect_uri", "https://localhost:7443/auth/callback?x=1", "AADSTS50011")]
    [InlineData("redirect_uri", "https://localhost:7443/auth/../auth/callback", "AADSTS50011")]
    [InlineData("redirect_uri", "http://localhost:7443/auth/callback", "AADSTS50011")]
    [InlineData("redirect_uri", "https://127.0.0.1:7443/auth/callback", "AADSTS50011")]
    [InlineData("redirect_uri", "https://x@localhost:7443/auth/callback", "AADSTS50011")]
    [InlineData("redirect_uri", "https://mcp.contoso.example:444/auth/callback", "AADSTS50011")]
    public async Task AnAddressThatIsNotTheClients_GetsNothing(string name, string value, string code) =>
        Assert.Contains(code, (await entra.AuthorizeAsync(With(EntraClient.RemoteRequest(), name, value)))["page"], StringComparison.Ordinal);

    [Theory]
    [InlineData("code_challenge", null, "invalid_request", "AADSTS9002325")]
    [InlineData("code_challenge", "short", "invalid_request", "AADSTS501491")]
    [InlineData("code_challenge_method", "plain", "invalid_request", "AADSTS501491")]
    [InlineData("code_challenge_method", null, "invalid_request", "AADSTS501491")]
    [InlineData("response_type", "token", "unsupported_response_type", "AADSTS70005")]
    [InlineData("response_mode", "web_message", "invalid_request", "AADSTS90023")]
    [InlineData("scope", null, "invalid_request", "AADSTS900144")]
    [InlineData("scope", "openid Mail.Everything", "invalid_client", "AADSTS650053")]
    [InlineData("scope", "api://1f2e3d4c-0000-4000-8000-00000000c003/Other", "invalid_client", "AADSTS650053")]
    [InlineData("scope", "api://nothing/Mcp.Call", "invalid_resource", "AADSTS500011")]
    [InlineData("scope", "User.Read https://graph.microsoft.com/.default", "invalid_scope", "AADSTS70011")]
    [InlineData("scope", "Directory.ReadWrite.All", "access_denied", "AADSTS90094")]
    [InlineData("resource", "https://graph.microsoft.com", "invalid_request", "AADSTS901002")]
    [InlineData("prompt", "none", "login_required", "AADSTS50058")]
    public async Task AWrongAuthorizationRequest_GetsAnError_AndNoCode(string name, string? value, string error, string code)
    {
        var answer = await entra.AuthorizeAsync(With(EntraClient.RemoteRequest(), name, value));
        Assert.Equal((error, "s"), (answer["error"], answer["state"]));
        Assert.StartsWith(code + ":", answer["error_description"], StringComparison.Ordinal);
        Assert.False(answer.ContainsKey("code"));
    }

    [Theory]
    [InlineData("query")]
    [InlineData("fragment")]
    [InlineData("form_post")]
    public async Task ARightRequest_GetsACode_InTheModeThatItAsksFor(string mode)
    {
        var answer = await entra.AuthorizeAsync(With(EntraClient.LocalRequest(), "response_mode", mode));
        Assert.Equal("s", answer["state"]);
        Assert.Equal(200, (await entra.TokenAsync(EntraClient.LocalRedemption(answer["code"]))).Status);
    }

    [Fact]
    public async Task APersonWhoDeclines_SendsAnErrorBack()
    {
        var answer = await entra.AuthorizeAsync(EntraClient.RemoteRequest(), accepts: false);
        Assert.Equal("access_denied", answer["error"]);
        Assert.StartsWith("AADSTS65004", answer["error_description"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("code_verifier", "another-verifier-that-is-long-enough-to-be-one", 501481)]
    [InlineData("code_verifier", null, 501481)]
    [InlineData("redirect_uri", "https://localhost:7444/auth/callback", 500112)]
    [InlineData("redirect_uri", null, 500112)]
    [InlineData("client_id", Tenant.KeylessServer, 7000215)]
    [InlineData("client_id", Tenant.LocalServer, 700025)]
    [InlineData("client_secret", "wrong", 7000215)]
    [InlineData("client_secret", null, 7000218)]
    [InlineData("code", "1.unknown", 9002313)]
    [InlineData("scope", "User.Read api://1f2e3d4c-0000-4000-8000-00000000c003/Mcp.Call", 28000)]
    [InlineData("scope", "Mail.Read", 65001)]
    [InlineData("grant_type", "password", 70003)]
    [InlineData("resource", "https://graph.microsoft.com", 901002)]
    public async Task AWrongRedemptionOfTheWebClient_GetsNoToken(string name, string? value, int number)
    {
        var code = (await entra.AuthorizeAsync(EntraClient.RemoteRequest()))["code"];
        await AssertRefusedAsync(With(EntraClient.RemoteRedemption(code), name, value), number);
    }

    // A program on a laptop has no secret; one that it presents is a registration of the wrong kind.
    [Theory]
    [InlineData(null, 0)]
    [InlineData("a-secret", 700025)]
    public async Task ADesktopClient_RedeemsWithoutACredential(string? secret, int number)
    {
        var code = (await entra.AuthorizeAsync(EntraClient.LocalRequest()))["code"];
        var form = With(EntraClient.LocalRedemption(code), "client_secret", secret);
        if (number > 0) await AssertRefusedAsync(form, number);
        else Assert.Equal(200, (await entra.TokenAsync(form)).Status);
    }

    [Fact]
    public async Task ACode_IsRedeemedOnce_AndWithinTenMinutes()
    {
        var form = EntraClient.RemoteRedemption((await entra.AuthorizeAsync(EntraClient.RemoteRequest()))["code"]);
        Assert.Equal(200, (await entra.TokenAsync(form)).Status);
        await AssertRefusedAsync(form, 54005);
        form = EntraClient.RemoteRedemption((await entra.AuthorizeAsync(EntraClient.RemoteRequest()))["code"]);
        clock.Advance(TimeSpan.FromMinutes(10));
        await AssertRefusedAsync(form, 70008);
    }

    [Fact]
    public async Task ARefreshToken_IsReplaced_ServesAnotherApiWithConsent_AndEnds()
    {
        var tokens = await entra.RemoteTokensAsync();
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["client_id"] = Tenant.RemoteServer,
            ["client_secret"] = Tenant.RemoteSecret,
            ["refresh_token"] = Text(tokens, "refresh_token"),
            ["scope"] = "User.Read offline_access",
        };
        var (status, answer) = await entra.TokenAsync(form);
        Assert.Equal(200, status);
        Assert.NotEqual(form["refresh_token"], Text(answer, "refresh_token"));
        Assert.Equal(GraphPermissions.Resource, Claims(Text(answer, "access_token")).GetProperty("aud").GetString());
        await AssertRefusedAsync(With(form, "client_secret", null), 7000218);
        await AssertRefusedAsync(With(form, "scope", "Mail.Read"), 65001);
        await AssertRefusedAsync(new(form) { ["client_id"] = Tenant.Doctor, ["client_secret"] = Tenant.DoctorSecret }, 9002313);
        clock.Advance(GrantTable.RefreshLife);
        await AssertRefusedAsync(form, 700082);
    }

    [Fact]
    public async Task OnBehalfOf_TakesAnAccessTokenForTheClientsOwnApi_AndNothingElse()
    {
        var tokens = await entra.RemoteTokensAsync();
        var (status, graph) = await entra.TokenAsync(EntraClient.OnBehalfOf(Text(tokens, "access_token")));
        Assert.Equal(200, status);
        Assert.Equal("Alice Example", Text((await entra.GraphAsync("/v1.0/me?$select=displayName", Text(graph, "access_token"))).Answer, "displayName"));

        await AssertRefusedAsync(EntraClient.OnBehalfOf(Text(tokens, "id_token")), 240002);
        await AssertRefusedAsync(EntraClient.OnBehalfOf(Text(graph, "access_token")), 500131);
        await AssertRefusedAsync(EntraClient.OnBehalfOf(Text(tokens, "access_token") + "x"), 50013);
        await AssertRefusedAsync(EntraClient.OnBehalfOf(Text(tokens, "access_token"), "Mail.Read"), 65001);
        await AssertRefusedAsync(With(EntraClient.OnBehalfOf(Text(tokens, "access_token")), "requested_token_use", null), 900144);
        await AssertRefusedAsync(With(EntraClient.OnBehalfOf(Text(tokens, "access_token")), "client_secret", null), 7000218);
        var (_, own) = await entra.TokenAsync(ClientCredentials(Tenant.RemoteServer, Tenant.RemoteSecret, $"api://{Tenant.RemoteServer}/.default"));
        await AssertRefusedAsync(EntraClient.OnBehalfOf(Text(own, "access_token")), 7000114);
        clock.Advance(TimeSpan.FromHours(2));
        await AssertRefusedAsync(EntraClient.OnBehalfOf(Text(tokens, "access_token")), 50013);
    }

    [Theory]
    [InlineData("https://graph.microsoft.com/User.Read", 1002012)]
    [InlineData("https://graph.microsoft.com/.default api://x/.default", 1002012)]
    [InlineData("api://nothing/.default", 500011)]
    public async Task ClientCredentials_AskForEverythingOfOneResource(string scope, int number) =>
        await AssertRefusedAsync(ClientCredentials(Tenant.Doctor, Tenant.DoctorSecret, scope), number);

    [Fact]
    public async Task AClientSecret_Ends()
    {
        Assert.Equal(200, (await entra.TokenAsync(ClientCredentials(Tenant.Classic, Tenant.ClassicSecret, "https://graph.microsoft.com/.default"))).Status);
        clock.Advance(TimeSpan.FromDays(9));
        await AssertRefusedAsync(ClientCredentials(Tenant.Classic, Tenant.ClassicSecret, "https://graph.microsoft.com/.default"), 7000222);
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("aud", "https://login.microsoftonline.com/other/v2.0", 700023)]
    [InlineData("sub", Tenant.LocalServer, 700021)]
    [InlineData("exp", "0", 700024)]
    [InlineData("x5t#S256", "AAAA", 700027)]
    [InlineData("alg", "none", 700027)]
    public async Task AClientAssertion_HasTheKeyAudienceAndTimeOfTheRegistration(string name, string value, int number)
    {
        using var certificate = X509Certificate2.CreateFromPemFile(site.Entra.ClientCertificateFile);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var header = new JsonObject { ["alg"] = "PS256", ["typ"] = "JWT", ["x5t#S256"] = Base64Url.EncodeToString(SHA256.HashData(certificate.RawData)) };
        var claims = new JsonObject
        {
            ["aud"] = site.Entra.Authority + "/oauth2/v2.0/token",
            ["iss"] = Tenant.RemoteServer,
            ["sub"] = Tenant.RemoteServer,
            ["jti"] = Guid.NewGuid().ToString(),
            ["nbf"] = now,
            ["exp"] = now + 300,
        };
        if (name is "exp") claims[name] = long.Parse(value, CultureInfo.InvariantCulture);
        else if (name is "aud" or "sub") claims[name] = value;
        else if (name.Length > 0) header[name] = value;
        var signed = $"{Part(header)}.{Part(claims)}";
        using var key = certificate.GetRSAPrivateKey()!;
        var assertion = $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pss))}";
        var form = WithAssertion(Tenant.RemoteServer, assertion);
        if (number > 0)
        {
            await AssertRefusedAsync(form, number);
            return;
        }

        Assert.Equal(200, (await entra.TokenAsync(form)).Status);
        await AssertRefusedAsync(form, 50027); // used before
    }

    [Fact]
    public async Task TokensOfTheClusterAndOfTheManagedIdentity_ProveTheApplicationThatNamesThem_AndNoOther()
    {
        string[] proofs = [await File.ReadAllTextAsync(site.Entra.WorkloadTokenFile), await ManagedIdentityAsync("resource=api://AzureADTokenExchange")];
        foreach (var proof in proofs)
        {
            Assert.Equal(200, (await entra.TokenAsync(WithAssertion(Tenant.KeylessServer, proof))).Status);
            await AssertRefusedAsync(WithAssertion(Tenant.RemoteServer, proof), 700211);
            await AssertRefusedAsync(WithAssertion(Tenant.KeylessServer, proof[..^4] + "AAAA"), 50013);
        }

        var graph = await ManagedIdentityAsync("resource=https://graph.microsoft.com");
        await AssertRefusedAsync(WithAssertion(Tenant.KeylessServer, graph), 700211);
        clock.Advance(TimeSpan.FromDays(1));
        await AssertRefusedAsync(WithAssertion(Tenant.KeylessServer, proofs[1]), 50013);
        await AssertRefusedAsync(WithAssertion(Tenant.KeylessServer, proofs[0]), 50013);
        await site.Entra.RenewWorkloadTokenAsync();
        var renewed = await File.ReadAllTextAsync(site.Entra.WorkloadTokenFile);
        Assert.Equal(200, (await entra.TokenAsync(WithAssertion(Tenant.KeylessServer, renewed))).Status);
    }

    [Theory]
    [InlineData("/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://graph.microsoft.com", false, 400)]
    [InlineData("/metadata/identity/oauth2/token?resource=https://graph.microsoft.com", true, 400)]
    [InlineData("/metadata/identity/oauth2/token?api-version=2018-02-01", true, 400)]
    [InlineData("/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://nothing.example", true, 400)]
    [InlineData("/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://graph.microsoft.com&client_id=x", true, 400)]
    [InlineData("/v1.0/me", true, 404)]
    public async Task TheManagedIdentity_RefusesWhatIsNotDescribed(string path, bool hasHeader, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, site.Entra.IdentityOrigin + path);
        if (hasHeader) request.Headers.Add("Metadata", "true");
        using var response = await site.Http.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task AccessTokens_HaveTheVersionAndTheClaimsOfTheRegistration()
    {
        var tokens = await entra.RemoteTokensAsync();
        var second = Claims(Text(tokens, "access_token"));
        Assert.Equal((Tenant.RemoteServer, site.Entra.Authority + "/v2.0", "2.0", Tenant.RemoteServer, Tenant.RemoteScope, "alice@contoso.example"),
            (Text(second, "aud"), Text(second, "iss"), Text(second, "ver"), Text(second, "azp"), Text(second, "scp"), Text(second, "email")));
        Assert.Equal([Tenant.RemoteRole], second.GetProperty("roles").EnumerateArray().Select(static role => role.GetString()));

        var request = EntraClient.RemoteRequest($"openid api://{Tenant.Classic}/access_as_user");
        request["client_id"] = Tenant.Classic;
        var form = new Dictionary<string, string>(EntraClient.RemoteRedemption((await entra.AuthorizeAsync(request, "bob@contoso.example"))["code"]))
        { ["client_id"] = Tenant.Classic, ["client_secret"] = Tenant.ClassicSecret };
        var (_, answer) = await entra.TokenAsync(form);
        var first = Claims(Text(answer, "access_token"));
        Assert.Equal(($"api://{Tenant.Classic}", $"https://sts.windows.net/{Tenant.Id}/", "1.0", Tenant.Classic),
            (Text(first, "aud"), Text(first, "iss"), Text(first, "ver"), Text(first, "appid")));
        Assert.False(first.TryGetProperty("email", out _));
        Assert.False(Claims(Text(answer, "id_token")).TryGetProperty("oid", out _)); // without the scope profile
    }

    [Fact]
    public async Task Graph_ChecksTheAudienceThePermissionAndTheFields()
    {
        var tokens = await entra.RemoteTokensAsync();
        var (_, graph) = await entra.TokenAsync(EntraClient.OnBehalfOf(Text(tokens, "access_token")));
        var token = Text(graph, "access_token");
        var (_, application) = await entra.TokenAsync(ClientCredentials(Tenant.Doctor, Tenant.DoctorSecret, "https://graph.microsoft.com/.default"));
        var reader = Text(application, "access_token");
        Assert.Equal(["@odata.context", "jobTitle", "id"],
            (await entra.GraphAsync("/v1.0/me?$select=jobTitle,id", token)).Answer.EnumerateObject().Select(static member => member.Name));
        Assert.Equal(Tenant.Classic, Text((await entra.GraphAsync($"/v1.0/applications(appId='{Tenant.Classic}')", reader)).Answer, "appId"));
        foreach (var (path, given, status, code) in new[]
        {
            ("/v1.0/me", null, 401, "InvalidAuthenticationToken"),
            ("/v1.0/me", "x", 401, "InvalidAuthenticationToken"),
            ("/v1.0/me", Text(tokens, "access_token"), 401, "InvalidAuthenticationToken"),
            ("/v1.0/me", reader, 400, "BadRequest"),
            ("/v1.0/me?$select=password", token, 400, "BadRequest"),
            ("/v1.0/me?$expand=manager", token, 400, "BadRequest"),
            ("/v1.0/users", token, 400, "BadRequest"),
            ($"/v1.0/applications(appId='{Tenant.Classic}')", token, 403, "Authorization_RequestDenied"),
            ("/v1.0/applications(appId='1f2e3d4c-0000-4000-8000-000000009999')", reader, 404, "Request_ResourceNotFound"),
        })
        {
            var (actual, answer) = await entra.GraphAsync(path, given);
            Assert.Equal((path, status, code), (path, actual, Text(answer.GetProperty("error"), "code")));
        }

        await site.ChangeAsync(new JsonObject { ["throttleGraph"] = new JsonObject { ["count"] = 1, ["retryAfter"] = 7 } });
        Assert.Equal(429, (await entra.GraphAsync("/v1.0/me", token)).Status);
        Assert.Equal(200, (await entra.GraphAsync("/v1.0/me", token)).Status);
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(401, (await entra.GraphAsync("/v1.0/me", token)).Status);
    }

    // Only Graph reads tokens of Graph: whoever validates one for itself finds the signature wrong.
    [Fact]
    public async Task TokensOfGraph_AreNotForOthersToValidate()
    {
        var tokens = await entra.RemoteTokensAsync();
        var keys = JsonElement.Parse(await site.Http.GetStringAsync(new Uri(site.Entra.Authority + "/discovery/v2.0/keys"))).GetProperty("keys")[0];
        using var key = RSA.Create(new RSAParameters
        { Modulus = Base64Url.DecodeFromChars(Text(keys, "n")), Exponent = Base64Url.DecodeFromChars(Text(keys, "e")) });
        var (_, graph) = await entra.TokenAsync(EntraClient.OnBehalfOf(Text(tokens, "access_token")));
        Assert.True(IsSigned(Text(tokens, "access_token")));
        Assert.False(IsSigned(Text(graph, "access_token")));

        bool IsSigned(string token) => token.Split('.') is var parts && key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
            Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    [Theory]
    [InlineData("/common/v2.0/.well-known/openid-configuration", 50194)]
    [InlineData("/8f4b1c1e-3f6a-4a31-9c53-0a6a7d7f0002/v2.0/.well-known/openid-configuration", 90002)]
    [InlineData($"/{Tenant.Id}/oauth2/token", 404)]
    [InlineData($"/{Tenant.Id}/.well-known/oauth-authorization-server", 404)]
    public async Task OtherTenantsAndEndpoints_AreRefused(string path, int number)
    {
        using var response = await site.Http.GetAsync(new Uri(site.Entra.Origin + path));
        Assert.False(response.IsSuccessStatusCode);
        Assert.Equal(number, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error_codes")[0].GetInt32());
    }

    [Fact]
    public async Task DeviceCode_IsForRegistrationsThatAllowIt()
    {
        using var content = new FormUrlEncodedContent(new Dictionary<string, string> { ["client_id"] = Tenant.LocalServer, ["scope"] = "User.Read" });
        using var response = await site.Http.PostAsync(new Uri(site.Entra.Authority + "/oauth2/v2.0/devicecode"), content);
        Assert.Equal(7000218, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error_codes")[0].GetInt32());
    }

    [Fact]
    public async Task TheControl_NeedsItsHeader_AndKnowsItsActs()
    {
        using var response = await site.Http.GetAsync(new Uri(site.Entra.Origin + "/control"));
        Assert.Equal(403, (int)response.StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => site.ChangeAsync(new JsonObject { ["everything"] = true }));
    }

    private async Task AssertRefusedAsync(Dictionary<string, string> form, int number)
    {
        var (status, answer) = await entra.TokenAsync(form);
        Assert.InRange(status, 400, 401);
        Assert.Equal(number, answer.GetProperty("error_codes")[0].GetInt32());
        Assert.StartsWith($"AADSTS{number}: ", Text(answer, "error_description"), StringComparison.Ordinal);
        Assert.False(answer.TryGetProperty("access_token", out _));
    }

    private async Task<string> ManagedIdentityAsync(string resource)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get,
            $"{site.Entra.IdentityOrigin}/metadata/identity/oauth2/token?api-version=2018-02-01&{resource}");
        request.Headers.Add("Metadata", "true");
        using var response = await site.Http.SendAsync(request);
        return Text(await response.Content.ReadFromJsonAsync<JsonElement>(), "access_token");
    }

    private static Dictionary<string, string> ClientCredentials(string client, string secret, string scope) => new()
    { ["grant_type"] = "client_credentials", ["client_id"] = client, ["client_secret"] = secret, ["scope"] = scope };

    private static Dictionary<string, string> WithAssertion(string client, string assertion) => new()
    {
        ["grant_type"] = "client_credentials",
        ["client_id"] = client,
        ["client_assertion_type"] = JwtBearer,
        ["client_assertion"] = assertion,
        ["scope"] = "https://graph.microsoft.com/.default",
    };

    private static Dictionary<string, string> With(Dictionary<string, string> parameters, string name, string? value)
    {
        var changed = new Dictionary<string, string>(parameters);
        if (value is null) changed.Remove(name);
        else changed[name] = value;
        return changed;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string Part(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));

    private static JsonElement Claims(string token) => JsonElement.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
}
