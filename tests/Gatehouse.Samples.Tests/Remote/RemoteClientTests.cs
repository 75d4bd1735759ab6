using System.Text;
using System.Text.Json;
using Gatehouse.Browser.Tests.SignIn;
using Microsoft.AspNetCore.WebUtilities;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;

namespace Gatehouse.Samples.Tests.Remote;

/// <summary>
/// Stock clients that know the URL of the sample and their client id: challenge, metadata, authorization, sign-in at Entra in Chromium, callback,
/// code, opaque token, and the call that reads Graph on behalf of the person.
/// </summary>
[Trait("Requirement", "EN-02")]
public sealed class RemoteClientTests(Chromium chromium)
{
    [Theory]
    [Trait("Requirement", "EN-03")]
    [InlineData("Secret")]
    [InlineData("Certificate")]
    [InlineData("TokenFile")]
    [InlineData("ManagedIdentity")]
    public async Task CSharpClient_GetsTheProfile_WithEachCredentialOfTheServer(string form)
    {
        await using var site = await Site.StartAsync();
        await using var server = await RemoteServer.StartAsync(site, form);
        var person = new RemotePerson(await chromium.OpenAsync());
        // The person signs in while the client asks for the newest revision. After 5 s it would take an older one.
        var patient = new McpClientOptions { DiscoverProbeTimeout = Timeout.InfiniteTimeSpan, InitializationTimeout = TimeSpan.FromMinutes(2) };
        await using var client = await McpClient.CreateAsync(Transport(server, person), patient);
        Assert.Equal("2026-07-28", client.NegotiatedProtocolVersion);
        for (var call = 0; call < 2; call++)
        {
            var answer = await client.CallToolAsync("getUserDetails");
            Assert.NotEqual(true, answer.IsError);
            var profile = JsonElement.Parse(answer.StructuredContent!.ToString()!);
            Assert.Equal("Alice Example", profile.GetProperty("displayName").GetString());
            var fields = profile.EnumerateObject().Select(static field => field.Name);
            Assert.Equal(["displayName", "userPrincipalName", "mail", "jobTitle", "officeLocation"], fields);
        }

        // One sign-in; a token for the own API and one by on-behalf-of; the second call is answered from memory.
        Assert.Equal((1, 2, 1), (await site.RequestsAsync("authorize"), await site.RequestsAsync("token"), await site.RequestsAsync("graph")));
        Assert.Empty(server.OtherHosts);
        if (form != "Secret") RequireNoSecret(server);
    }

    [Theory]
    [InlineData("ts-v1-sign-in.mjs", "2025-11-25")]
    [InlineData("ts-v2-sign-in.mjs", "2026-07-28")]
    public async Task TypeScriptClient_OfEachEra_GetsTheProfile(string script, string revision)
    {
        Peers.Require();
        await using var site = await Site.StartAsync();
        await using var server = await RemoteServer.StartAsync(site);
        var person = new RemotePerson(await chromium.OpenAsync());
        await using var client = new StockClient(Peers.Script("clients/" + script, "--url", server.Url, "--client-id", "mcp-client",
            "--tool", "getUserDetails", "--timeout", "120000").With("NODE_EXTRA_CA_CERTS", server.TlsCertificate));
        var address = await client.AddressAsync();
        await person.SignInAsync(address, "http://127.0.0.1:" + new Uri(QueryOf(address, "redirect_uri")).Port + "/callback");
        Assert.True(await client.EndAsync() == 0, client.Everything);
        var line = JsonElement.Parse(client.Output);
        Assert.Equal(revision, line.GetProperty("protocolVersion").GetString());
        Assert.Equal("Alice Example", line.GetProperty("call").GetProperty("structuredContent").GetProperty("displayName").GetString());
        Assert.Equal((server.Url, "mcp.call"), (QueryOf(address, "resource"), QueryOf(address, "scope").Replace(" offline_access", "")));
        Assert.DoesNotContain("User.Read", client.Everything, StringComparison.Ordinal);
    }

    private static HttpClientTransport Transport(RemoteServer server, RemotePerson person) => new(new HttpClientTransportOptions
    {
        Endpoint = new Uri(server.Url),
        TransportMode = HttpTransportMode.StreamableHttp,
        OAuth = new ClientOAuthOptions
        {
            ClientId = "mcp-client",
            RedirectUri = new Uri(person.RedirectUri),
            AuthorizationCallbackHandler = async (context, _) =>
            {
                var answer = await person.SignInAsync(context.AuthorizationUri.AbsoluteUri);
                return new AuthorizationResult { Code = answer["code"], State = answer["state"], Iss = answer["iss"] };
            },
        },
    }, server.Http);

    private static string QueryOf(string address, string name) => QueryHelpers.ParseQuery(new Uri(address).Query)[name].ToString();

    // Neither the environment of the process, nor its configuration, nor what it keeps has a secret for Entra.
    private static void RequireNoSecret(RemoteServer server)
    {
        var environment = Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{server.ProcessId}/environ"));
        var settings = File.ReadAllText(Path.Join(Path.GetDirectoryName(BuiltSamples.Program("EntraRemoteServer")), "appsettings.json"));
        Assert.DoesNotContain("ClientSecret", environment + settings, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Entra__Credential", environment, StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(server.Store, "*", SearchOption.AllDirectories), file =>
        {
            var text = Encoding.Latin1.GetString(File.ReadAllBytes(file));
            Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"eyJ[\w-]+\.eyJ", text); // a JWT
            Assert.DoesNotContain("masterKey", text, StringComparison.Ordinal); // a key of the ring that is not sealed
        });
    }
}
