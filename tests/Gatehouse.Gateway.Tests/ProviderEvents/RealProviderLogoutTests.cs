using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Gatehouse.Tests.Processes;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Gateway.Tests.ProviderEvents;

/// <summary>The program oidc-provider sends its logout token to the gateway when a person signs out there.</summary>
[Trait("Requirement", "ST-01")]
public sealed partial class RealProviderLogoutTests : IDisposable
{
    private const string Redirect = "http://127.0.0.1:8080/callback";
    private const string Verifier = "abcdefghijklmnopqrstuvwxyz0123456789-verifier";
    private const string Secret = "rp-secret";

    private readonly string folder = Directory.CreateTempSubdirectory("gatehouse-logout-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task ASignOutAtOidcProvider_EndsTheTokensOfThePerson()
    {
        Gatehouse.Tests.Processes.Peers.Require();
        var origin = new Uri($"http://127.0.0.1:{LoopbackPorts.Next()}");
        await using var provider = await HostedProcess.StartAsync(
            Gatehouse.Tests.Processes.Peers.Script("oidc-provider.mjs").With("CLIENTS_FILE", Clients(origin)).With("BACKCHANNEL", "1"));
        var issuer = provider.Address.TrimEnd('/');
        await using var gateway = await TestGateway.StartAsync(
            settings => settings with
            {
                Development = false,
                PublicUrl = origin,
                Listen = new ListenSettings { Url = origin },
                Issuers =
                [
                    new IssuerSettings
                    {
                        Issuer = issuer,
                        Name = "corp",
                        Client = new IssuerClientSettings { Id = "rp", Secret = Write("secret", Secret) },
                        Events = new IssuerEventsSettings { Logout = true },
                    },
                ],
            },
            rules: [new PolicyRule { Id = "all", Directions = TestGateway.EveryDirection }]);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var token = await SignInAsync(browser, issuer, gateway.Url.ToString());
        Assert.Equal(HttpStatusCode.OK, await PingAsync(gateway, token));
        var page = await browser.GetStringAsync(new Uri(issuer + "/session/end"), Cancel);
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string> { ["xsrf"] = Ticket().Match(page).Groups[1].Value, ["logout"] = "yes" });
        using var ended = await browser.PostAsync(new Uri(issuer + "/session/end/confirm"), form, Cancel);
        await Eventually.TrueAsync(async () => await PingAsync(gateway, token) == HttpStatusCode.Unauthorized, "the token is refused");
        var entry = Assert.Single(gateway.Entries(), static one => one.TryGetProperty("act", out var act) && act.GetString() == "provider.event");
        Assert.Equal(("logout", "alice"), (entry.GetProperty("event").GetString(), entry.GetProperty("subject").GetString()));
    }

    private static async Task<string> SignInAsync(HttpClient browser, string issuer, string resource)
    {
        var address = new Uri(QueryHelpers.AddQueryString(issuer + "/auth", new Dictionary<string, string?>
        {
            ["client_id"] = "rp",
            ["response_type"] = "code",
            ["redirect_uri"] = Redirect,
            ["scope"] = "openid mcp:tools",
            ["resource"] = resource,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        }));
        while (address.Port != 8080)
        {
            using var response = await browser.GetAsync(address, Cancel);
            Assert.NotNull(response.Headers.Location);
            address = new Uri(address, response.Headers.Location);
        }

        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = QueryHelpers.ParseQuery(address.Query)["code"].ToString(),
            ["redirect_uri"] = Redirect,
            ["code_verifier"] = Verifier,
            ["client_id"] = "rp",
            ["client_secret"] = Secret,
            ["resource"] = resource,
        });
        using var answer = await browser.PostAsync(new Uri(issuer + "/token"), form, Cancel);
        var tokens = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.True(answer.IsSuccessStatusCode, tokens.ToString());
        return tokens.GetProperty("access_token").GetString()!;
    }

    private static async Task<HttpStatusCode> PingAsync(TestGateway gateway, string token) =>
        (await gateway.CallAsync(gateway.Modern("tools/list", token: token))).Status;

    private string Clients(Uri origin)
    {
        var file = Path.Join(folder, "clients.json");
        File.WriteAllText(file, new JsonArray(new JsonObject
        {
            ["client_id"] = "rp",
            ["client_secret"] = Secret,
            ["token_endpoint_auth_method"] = "client_secret_post",
            ["redirect_uris"] = new JsonArray(Redirect),
            ["backchannel_logout_uri"] = new Uri(origin, "/events/logout/corp").ToString(),
            ["backchannel_logout_session_required"] = true,
        }).ToJsonString());
        return file;
    }

    private SecretReference Write(string name, string text)
    {
        var file = Path.Join(folder, name);
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new SecretReference("file", file);
    }

    [GeneratedRegex("name=\"xsrf\" value=\"([^\"]+)\"")]
    private static partial Regex Ticket();
}
