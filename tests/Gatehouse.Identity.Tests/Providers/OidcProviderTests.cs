using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Gatehouse.Identity.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Identity.Tests.Providers;

/// <summary>The program oidc-provider, for clients of CLIENTS_FILE: proof by a key, and back-channel logout.</summary>
public sealed partial class OidcProviderTests : IDisposable
{
    private const string Redirect = "http://127.0.0.1:8080/callback";
    private const string Verifier = "abcdefghijklmnopqrstuvwxyz0123456789-verifier";

    private readonly string folder = Directory.CreateTempSubdirectory("gatehouse-clients-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task AClientWithAKey_ProvesItselfByAnAssertion_Once()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        await using var provider = await OidcProvider.StartAsync("ES256", clientsFile: await WriteAsync(new JsonObject
        {
            ["client_id"] = "svc-jwt",
            ["token_endpoint_auth_method"] = "private_key_jwt",
            ["jwks"] = new JsonObject
            {
                ["keys"] = new JsonArray(new JsonObject
                {
                    ["kty"] = "EC",
                    ["crv"] = "P-256",
                    ["x"] = Base64Url.EncodeToString(point.X),
                    ["y"] = Base64Url.EncodeToString(point.Y),
                }),
            },
            ["grant_types"] = new JsonArray("client_credentials"),
            ["redirect_uris"] = new JsonArray(),
            ["response_types"] = new JsonArray(),
        }));
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "svc-jwt",
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
            {
                Claims = new Dictionary<string, object>
                { ["iss"] = "svc-jwt", ["sub"] = "svc-jwt", ["aud"] = provider.Issuer, ["jti"] = Guid.NewGuid().ToString() },
                Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1),
                SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key), SecurityAlgorithms.EcdsaSha256),
            }),
            ["resource"] = OidcProvider.Resource,
        });
        using var first = await http.PostAsync(new Uri(provider.Issuer + "/token"), form, Cancel);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        using var second = await http.PostAsync(new Uri(provider.Issuer + "/token"), form, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
    }

    [Fact]
    public async Task APersonWhoSignsOut_IsSignedOutAtTheClients()
    {
        var tokens = Channel.CreateUnbounded<string>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var receiver = builder.Build();
        receiver.Run(async context => tokens.Writer.TryWrite((await context.Request.ReadFormAsync(Cancel))["logout_token"].ToString()));
        await receiver.StartAsync(Cancel);
        await using var provider = await OidcProvider.StartAsync("ES256", clientsFile: await WriteAsync(new JsonObject
        {
            ["client_id"] = "rp",
            ["client_secret"] = "rp-secret",
            ["redirect_uris"] = new JsonArray(Redirect),
            ["backchannel_logout_uri"] = receiver.Urls.First() + "/logout",
            ["backchannel_logout_session_required"] = true,
        }));
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var address = new Uri(QueryHelpers.AddQueryString(provider.Issuer + "/auth", new Dictionary<string, string?>
        {
            ["client_id"] = "rp",
            ["response_type"] = "code",
            ["redirect_uri"] = Redirect,
            ["scope"] = "openid",
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        }));
        while (address.Port != 8080)
        {
            using var response = await browser.GetAsync(address, Cancel);
            Assert.NotNull(response.Headers.Location);
            address = new Uri(address, response.Headers.Location);
        }

        var page = await browser.GetStringAsync(new Uri(provider.Issuer + "/session/end"), Cancel);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["xsrf"] = Ticket().Match(page).Groups[1].Value, ["logout"] = "yes" });
        using var ended = await browser.PostAsync(new Uri(provider.Issuer + "/session/end/confirm"), form, Cancel);
        var token = new JsonWebToken(await tokens.Reader.ReadAsync(Cancel));
        Assert.Equal(("logout+jwt", provider.Issuer, "rp", "alice"), (token.Typ, token.Issuer, Assert.Single(token.Audiences), token.Subject));
        Assert.True(token.TryGetPayloadValue<string>("sid", out _));
    }

    private async Task<string> WriteAsync(JsonObject client)
    {
        var file = Path.Join(folder, "clients.json");
        await File.WriteAllTextAsync(file, new JsonArray(client).ToJsonString(), Cancel);
        return file;
    }

    [GeneratedRegex("name=\"xsrf\" value=\"([^\"]+)\"")]
    private static partial Regex Ticket();
}
