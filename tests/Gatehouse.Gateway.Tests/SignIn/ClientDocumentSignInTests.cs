using System.Text;
using System.Text.Json;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Testing;
using Microsoft.AspNetCore.WebUtilities;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>
/// A client as it is published signs in with a client id metadata document at a gateway where nobody can register (MCP row C13). The documents of
/// strangers come from public https addresses only, so that a test has to answer in place of the fetcher.
/// </summary>
[Trait("Requirement", "OB-01")]
[Trait("Requirement", "C13")]
public sealed class ClientDocumentSignInTests
{
    private const string Document = "https://client.example.com/agent.json";
    private const string Redirect = "http://127.0.0.1:7777/back";

    [Fact]
    public async Task CSharpClient_SignsInWithItsDocument_AndItsHostVouchesForItsName()
    {
        await using var provider = await PeopleProvider.StartAsync();
        await using var gateway = await StartAsync(provider);
        using var browser = new SignInBrowser(gateway.Url.GetLeftPart(UriPartial.Authority), "alice");
        await using (var client = await McpClient.CreateAsync(Transport(gateway, browser)))
        {
            var answer = await client.CallToolAsync("echo", new Dictionary<string, object?>());
            Assert.Equal("done", Assert.IsType<TextContentBlock>(answer.Content[0]).Text);
        }

        Assert.Contains("client.example.com", browser.Consent, StringComparison.Ordinal);
        Assert.Contains("Agent of the example", browser.Consent, StringComparison.Ordinal);
        JsonElement call = default;
        await Eventually.TrueAsync(() =>
        {
            call = gateway.Entries().LastOrDefault(entry => entry.GetProperty("kind").GetString() == "ended"
                && entry.TryGetProperty("method", out var method) && method.GetString() == "tools/call");
            return call.ValueKind == JsonValueKind.Object;
        }, "the call is in the log");
        Assert.Equal(("corp:alice", Document), (call.GetProperty("sub").GetString(), call.GetProperty("client").GetString()));
    }

    private static Task<TestGateway> StartAsync(PeopleProvider provider) => TestGateway.StartAsync(
        settings => settings with { Development = false, AuthorizationServer = provider.Section with { Registration = null } },
        rules: [new PolicyRule { Id = "all", Who = new WhoClause { Subjects = new NameSet(["corp:alice"]) }, Directions = TestGateway.EveryDirection }],
        replace: PartReplacements.None.Put<IClientDocumentFetcher>(PartNames.ClientDocuments, new OneDocument()));

    private static HttpClientTransport Transport(TestGateway gateway, SignInBrowser browser) => new(new HttpClientTransportOptions
    {
        Endpoint = gateway.Url,
        TransportMode = HttpTransportMode.StreamableHttp,
        OAuth = new ClientOAuthOptions
        {
            RedirectUri = new Uri(Redirect),
            ClientMetadataDocumentUri = new Uri(Document),
            AuthorizationCallbackHandler = async (context, _) =>
            {
                var answer = QueryHelpers.ParseQuery((await browser.SignInAsync(context.AuthorizationUri.AbsoluteUri)).Query);
                return new AuthorizationResult { Code = answer["code"], State = answer["state"], Iss = answer["iss"] };
            },
        },
    });

    private sealed class OneDocument : IClientDocumentFetcher
    {
        public ValueTask<ClientDocumentAnswer?> GetAsync(Uri address, int maxBytes, CancellationToken cancellation) =>
            ValueTask.FromResult<ClientDocumentAnswer?>(new ClientDocumentAnswer(address.AbsoluteUri == Document ? 200 : 404, Encoding.UTF8.GetBytes($$"""
                {"client_id":"{{Document}}","client_name":"Agent of the example","redirect_uris":["http://127.0.0.1/back"],"token_endpoint_auth_method":"none"}
                """))
            { MediaType = "application/json" });
    }
}
