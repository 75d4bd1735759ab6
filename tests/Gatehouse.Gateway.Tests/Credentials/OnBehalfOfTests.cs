using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EntraStandIn;
using Gatehouse.Credentials;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Gateway.Tests.Credentials;

/// <summary>A server gets a token of the person who calls by Entra's on-behalf-of flow, at a stand-in that enforces the documented rules.</summary>
[Trait("Requirement", "ID-05")]
public sealed class OnBehalfOfTests : IAsyncLifetime
{
    private const string Redirect = "https://gateway.example/oauth/callback/entra";
    private const string Verifier = "abcdefghijklmnopqrstuvwxyz0123456789-verifier";
    private const string Context = """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}""";

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-obo-");
    private StandIn entra = null!;
    private TestGateway gateway = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        entra = await StandIn.StartAsync(TimeProvider.System);
        var file = Path.Join(folder.FullName, "secret");
        await File.WriteAllTextAsync(file, Tenant.GatewaySecret, Cancel);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var issuer = new IssuerSettings
        {
            Issuer = entra.Authority + "/v2.0",
            Name = "entra",
            Profile = IssuerProfileName.Entra,
            Client = new IssuerClientSettings { Id = Tenant.Gateway, Secret = new SecretReference("file", file) },
        };
        gateway = await TestGateway.StartAsync(
            settings => settings with
            {
                Development = false,
                Issuers = [issuer],
                Servers =
                [
                    settings.Servers[0] with
                    {
                        Audiences = [Tenant.Gateway],
                        Http = settings.Servers[0].Http! with
                        {
                            Issued = new IssuedCredentialSettings
                            {
                                Kind = IssuedCredentialKind.OnBehalfOf,
                                Issuer = issuer,
                                Client = issuer.Client,
                                Scopes = [$"api://{Tenant.GraphTools}/.default"],
                            },
                        },
                    },
                ],
            },
            rules: [new PolicyRule { Id = "all", Directions = TestGateway.EveryDirection }]);
        gateway.Upstream.OnResult("tools/call", """{"resultType":"complete","content":[{"type":"text","text":"done"}]}""");
    }

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        await entra.DisposeAsync();
        http.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task EachPerson_GetsATokenOfTheApi_AndTheOwnOneReachesNoServer()
    {
        foreach (var person in new[] { Tenant.Alice, Tenant.Bob })
        {
            var token = await SignInAsync(person);
            await RequireAsync(token);
            Assert.All(gateway.Upstream.Received.SelectMany(static request => request.Headers),
                header => Assert.DoesNotContain(token, header.Value, StringComparison.Ordinal));
        }

        Assert.Equal([Tenant.Alice.Id, Tenant.Bob.Id], Sent().Select(static claims => claims.GetProperty("oid").GetString()));
        Assert.All(Sent(), static claims => Assert.Equal(
            (Tenant.GraphTools, Tenant.Gateway), (claims.GetProperty("aud").GetString(), claims.GetProperty("azp").GetString())));
    }

    [Fact]
    public async Task WithoutTheConsentOfAnAdministrator_TheCallerGetsItsAddress()
    {
        entra.Registered.Change(Tenant.Gateway, static one => one with { AdminConsent = [] });
        var token = await SignInAsync(Tenant.Alice);
        var (_, body, _) = await CallAsync(token);
        var data = body.GetProperty("error").GetProperty("data");
        Assert.Equal(("GH7017", $"{entra.Authority}/adminconsent?client_id={Tenant.Gateway}"),
            (data.GetProperty("code").GetString(), data.GetProperty("consentUrl").GetString()));
        Assert.Empty(gateway.Upstream.Of("tools/call"));

        entra.Registered.Change(Tenant.Gateway, static one => one with { AdminConsent = [$"{Tenant.GraphTools}/{Tenant.ApiScope}"] });
        gateway.Host.Core.Services.Get<CredentialTable>().Forget(static _ => true);
        await RequireAsync(token);
    }

    // The issuer demands a stronger sign-in: RFC 9470, so that a client signs the person in again by itself.
    [Fact]
    public async Task ADemandOfTheIssuer_IsAChallengeForTheClient_AndASignInThatFollowsItSatisfiesIt()
    {
        entra.Knobs.Demand = static (client, _, api) =>
            (client.AppId, api) == (Tenant.Gateway, Tenant.GraphTools) ? new AccessDemand(50076, "c1") : null;
        RequireStepUp(await CallAsync(await SignInAsync(Tenant.Alice)));
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        await RequireAsync(await SignInAsync(Tenant.Alice, Context));
    }

    // "Claims challenges" of an API (learn.microsoft.com): the server's 401 is for the person's client.
    [Fact]
    public async Task AClaimsChallengeOfTheServer_ReachesTheClientAsAStepUp()
    {
        var claims = Convert.ToBase64String(Encoding.UTF8.GetBytes(Context));
        var isStrong = false;
        gateway.Upstream.Before = async (context, message) =>
        {
            if (isStrong || !message.TryGetProperty("method", out var method) || method.GetString() != "tools/call") return false;
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"\", error=\"insufficient_claims\", claims=\"{claims}\"";
            await context.Response.CompleteAsync();
            return true;
        };
        var weak = await SignInAsync(Tenant.Alice);
        RequireStepUp(await CallAsync(weak));
        isStrong = true;
        await RequireAsync(await SignInAsync(Tenant.Alice, Context));
        // A stronger sign-in has a credential of its own.
        Assert.Equal(2, gateway.Upstream.Of("tools/call").Select(static call => Assert.Single(call.Header("Authorization"))).Distinct().Count());
    }

    [Fact]
    public async Task AnApplication_GetsAnHonestRefusal()
    {
        entra.Registered.Change(Tenant.Gateway, static one => one with
        {
            AccessTokenClaims = ["idtyp"],
            ApiRoles = [(Tenant.Gateway, Tenant.RemoteRole)],
        });
        var (status, answer) = await TokenAsync(new()
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = Tenant.Gateway,
            ["client_secret"] = Tenant.GatewaySecret,
            ["scope"] = $"api://{Tenant.Gateway}/.default",
        });
        Assert.True(status == 200, answer.ToString());
        var (_, body, response) = await CallAsync(answer.GetProperty("access_token").GetString()!);
        Assert.Equal("GH7018", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        Assert.Contains("use clientCredentials", gateway.EndedEntryOf(response).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AThrottlingIssuer_SaysHowLongToWait()
    {
        var token = await SignInAsync(Tenant.Alice);
        using var request = new HttpRequestMessage(HttpMethod.Post, entra.Origin + "/control")
        { Content = new StringContent("""{"throttleToken":{"count":1,"retryAfter":17}}""", Encoding.UTF8, "application/json") };
        request.Headers.Add(StandIn.ControlHeader, "yes");
        using var changed = await http.SendAsync(request, Cancel);
        changed.EnsureSuccessStatusCode();
        var (_, body, response) = await CallAsync(token);
        Assert.Equal("GH7015", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        Assert.Equal(TimeSpan.FromSeconds(17), response.Headers.RetryAfter?.Delta);
    }

    private static void RequireStepUp((HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response) answer)
    {
        Assert.True(answer.Status == HttpStatusCode.Unauthorized, answer.Body.ToString());
        var challenge = answer.Response.Headers.WwwAuthenticate.ToString();
        Assert.Contains("error=\"insufficient_user_authentication\"", challenge, StringComparison.Ordinal);
        Assert.Contains("acr_values=\"c1\"", challenge, StringComparison.Ordinal);
    }

    private Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> CallAsync(string token) =>
        gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo", token));

    private async Task RequireAsync(string token)
    {
        var (status, body, response) = await CallAsync(token);
        Assert.True(status == HttpStatusCode.OK && body.TryGetProperty("result", out _), $"{status} {body} {gateway.EndedEntryOf(response)}");
    }

    private IReadOnlyList<JsonElement> Sent() => CredentialGateway.TokensOf(gateway.Upstream);

    /// <summary>Signs a person in at the gateway's registration, and returns an access token for its API.</summary>
    private async Task<string> SignInAsync(Person person, string? claims = null)
    {
        entra.Knobs.SignedIn = person;
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
        var (status, answer) = await TokenAsync(new()
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = Tenant.Gateway,
            ["client_secret"] = Tenant.GatewaySecret,
            ["code"] = QueryHelpers.ParseQuery(response.Headers.Location!.Query)["code"].ToString(),
            ["redirect_uri"] = Redirect,
            ["code_verifier"] = Verifier,
        });
        Assert.True(status == 200, answer.ToString());
        entra.Knobs.SignedIn = null; // who signs in also consents
        return answer.GetProperty("access_token").GetString()!;
    }

    private async Task<(int Status, JsonElement Answer)> TokenAsync(Dictionary<string, string> form)
    {
        using var content = new FormUrlEncodedContent(form);
        using var response = await http.PostAsync(new Uri(entra.Authority + "/oauth2/v2.0/token"), content, Cancel);
        return ((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancel)));
    }
}
