using System.Net;
using System.Text.Json;
using Gatehouse.Credentials;
using Gatehouse.Peers.Providers;
using Gatehouse.Policy;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Credentials;

/// <summary>
/// A gateway whose callers have tokens of OpenIddict, in front of two recording servers: <c>crm</c> with a token in exchange for the caller's, and
/// <c>reports</c> with one of the gateway itself.
/// </summary>
internal sealed class CredentialGateway : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-credentials-");

    private CredentialGateway(OpenIddictProvider provider, RecordingUpstream crm, RecordingUpstream reports) =>
        (Provider, Crm, Reports) = (provider, crm, reports);

    public OpenIddictProvider Provider { get; }

    public RecordingUpstream Crm { get; }

    public RecordingUpstream Reports { get; }

    public TestGateway Gateway { get; private set; } = null!;

    public CredentialTable Table => Gateway.Host.Core.Services.Get<CredentialTable>();

    public static async Task<CredentialGateway> StartAsync(
        Func<IssuedCredentialSettings, IssuedCredentialSettings>? crm = null, bool byKey = false, TimeProvider? time = null,
        Func<GatewaySettings, GatewaySettings>? change = null)
    {
        var one = new CredentialGateway(
            await OpenIddictProvider.StartAsync(time is null ? null : new ProviderSetup { Time = time }), await RecordingUpstream.StartAsync(),
            await RecordingUpstream.StartAsync());
        foreach (var server in new[] { one.Crm, one.Reports })
            server.OnResult("tools/call", """{"resultType":"complete","content":[{"type":"text","text":"done"}]}""");
        var client = byKey
            ? new IssuerClientSettings { Id = "gateway-jwt", Key = one.Write("key.pem", one.Provider.ClientKeyPem) }
            : new IssuerClientSettings { Id = "gateway", Secret = one.Write("secret", ProviderSetup.GatewaySecret) };
        var issuer = new IssuerSettings { Issuer = one.Provider.Issuer, Name = "corp", Client = client };
        var exchanged = new IssuedCredentialSettings
        { Kind = IssuedCredentialKind.TokenExchange, Issuer = issuer, Client = client, Audience = "crm", Scopes = ["read"] };
        one.Gateway = await TestGateway.StartAsync(
            settings =>
            {
                var made = settings with
                {
                    Development = false,
                    Issuers = [issuer],
                    Servers =
                    [
                        Server("crm", "/mcp", one.Crm.Url, crm?.Invoke(exchanged) ?? exchanged),
                        Server("reports", "/reports", one.Reports.Url, new IssuedCredentialSettings
                        {
                            Kind = IssuedCredentialKind.ClientCredentials,
                            Issuer = issuer,
                            Client = new IssuerClientSettings { Id = "reports", Secret = one.Write("reports", ProviderSetup.ReportsSecret) },
                            Scopes = ["read"],
                        }),
                    ],
                    Limits = settings.Limits with { ConcurrencyPerCaller = 64, CallerShare = 100 },
                };
                return change?.Invoke(made) ?? made;
            },
            time, rules: [new PolicyRule { Id = "all", Directions = TestGateway.EveryDirection }]);
        return one;
    }

    /// <summary>A token of a person at a client of theirs, for both servers.</summary>
    public async Task<string> TokenAsync(string person, string path = "/mcp") =>
        await Provider.IssueForAsync(person, Gateway.Url.GetLeftPart(UriPartial.Authority) + path);

    /// <summary>Calls a tool of <c>crm</c>, or of <c>reports</c>.</summary>
    public Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> CallAsync(string token, string path = "/mcp")
    {
        var request = Gateway.Modern("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo", token);
        request.RequestUri = new Uri(Gateway.Url, path);
        return Gateway.CallAsync(request);
    }

    /// <summary>Calls a tool, and requires its result.</summary>
    public async Task RequireAsync(string token, string path = "/mcp")
    {
        var (status, body, response) = await CallAsync(token, path);
        Assert.True(status == HttpStatusCode.OK && body.TryGetProperty("result", out _), $"{status} {body} {Gateway.EndedEntryOf(response)}");
    }

    /// <summary>The claims of the tokens that a server got with calls of tools, in order.</summary>
    public static IReadOnlyList<JsonElement> TokensOf(RecordingUpstream server) =>
        [.. server.Of("tools/call").Select(static call => ClaimsOf(Assert.Single(call.Header("Authorization"))["Bearer ".Length..]))];

    public static JsonElement ClaimsOf(string token) =>
        JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement;

    public SecretReference Write(string name, string text)
    {
        var file = Path.Join(folder.FullName, name);
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new SecretReference("file", file);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Provider.DisposeAsync();
        await Crm.DisposeAsync();
        await Reports.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static ServerSettings Server(string name, string path, Uri url, IssuedCredentialSettings issued) => new()
    { Name = name, Path = path, Http = new HttpUpstreamSettings { Url = url, Issued = issued } };
}
