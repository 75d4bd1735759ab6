using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.Configuration;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>A client that an administrator removes does not live on as the document that is published at its id (CWE-863).</summary>
public sealed class RemovedClientTests
{
    private const string Document = "https://client.example.com/agent.json";
    private const string Redirect = "http://127.0.0.1:7777/back";

    [Fact]
    public async Task ARemovedClient_KeepsNoAdministratorTokens_ByItsDocument()
    {
        await using var people = await PeopleProvider.StartAsync();
        ConfigurationResult? next = null;
        var console = new OAuthClientSettings { Id = Document, Name = "Console", RedirectUris = [Redirect] };
        await using var gateway = await TestGateway.StartAsync(
            s => s with
            {
                AuthorizationServer = people.Section with { Clients = [console] },
                Administration = new AdministrationSettings { Who = new WhoClause { Subjects = new NameSet(["corp:carol"]) } },
            },
            reload: () => next!,
            replace: PartReplacements.None.Put<IClientDocumentFetcher>(PartNames.ClientDocuments, new OneDocument()));
        var settings = gateway.Host.Snapshots.Current.Settings;
        var (code, verifier) = await SignInAsync(settings);
        var (status, tokens) = await TokenAsync(settings, Code(await SignInAsync(settings)));
        Assert.Equal(HttpStatusCode.OK, status);
        next = new() { Settings = settings with { AuthorizationServer = people.Section with { Clients = [] } }, Faults = [], SourcePath = "f" };
        Assert.Empty(await gateway.Host.ReloadAsync());
        var refresh = Refresh(tokens);
        Assert.Equal("invalid_grant", (await TokenAsync(settings, refresh)).Body.GetProperty("error").GetString());
        Assert.Equal("invalid_grant", (await TokenAsync(settings, Code((code, verifier)))).Body.GetProperty("error").GetString());
        next = new() { Settings = settings, Faults = [], SourcePath = "f" };
        Assert.Empty(await gateway.Host.ReloadAsync());
        Assert.Equal(HttpStatusCode.OK, (await TokenAsync(settings, refresh)).Status);
    }

    private static (string Name, string Value)[] Refresh(JsonElement tokens) =>
        [("grant_type", "refresh_token"), ("refresh_token", tokens.GetProperty("refresh_token").GetString()!), ("client_id", Document)];

    private static (string Name, string Value)[] Code((string Code, string Verifier) issued) =>
    [
        ("grant_type", "authorization_code"), ("code", issued.Code), ("code_verifier", issued.Verifier), ("redirect_uri", Redirect), ("client_id", Document),
    ];

    private static async Task<(string Code, string Verifier)> SignInAsync(GatewaySettings settings)
    {
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        using var browser = new SignInBrowser(settings.Origin, "carol");
        var answer = QueryHelpers.ParseQuery((await browser.SignInAsync(QueryHelpers.AddQueryString("/oauth/authorize", new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = Document,
            ["redirect_uri"] = Redirect,
            ["resource"] = settings.AdministrationResource,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
            ["code_challenge_method"] = "S256",
        }))).Query);
        return (answer["code"].ToString(), verifier);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> TokenAsync(GatewaySettings settings, (string Name, string Value)[] fields)
    {
        using var client = new HttpClient();
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await client.PostAsync(new Uri(settings.Origin + "/oauth/token"), form);
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    private sealed class OneDocument : IClientDocumentFetcher
    {
        public ValueTask<ClientDocumentAnswer?> GetAsync(Uri address, int maxBytes, CancellationToken cancellation) =>
            ValueTask.FromResult<ClientDocumentAnswer?>(new ClientDocumentAnswer(200, Encoding.UTF8.GetBytes($$"""
                {"client_id":"{{Document}}","client_name":"Console","redirect_uris":["{{Redirect}}"],"token_endpoint_auth_method":"none"}
                """))
            { MediaType = "application/json" });
    }
}
