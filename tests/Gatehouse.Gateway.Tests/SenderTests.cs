using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Identity.Certificates;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Identity.Tokens;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>Tokens bound to their senders over the wire: RFC 9449 §7 to §9, RFC 8705 §3, RFC 9440 §2.2.</summary>
[Trait("Requirement", "ID-06")]
public sealed class SenderTests : IDisposable
{
    private const string Call = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}""";

    private readonly DPoPProofMaker client = new(TimeProvider.System);

    [Fact]
    public async Task EveryVerbOfASession_WorksWithAProofOfItsOwn()
    {
        await using var gateway = await TestGateway.StartAsync(Demand(SenderConstraintRequirement.DPoP));
        gateway.Upstream.On("GET",
            (context, _) => RecordingUpstream.Events(context, "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n"));
        var token = gateway.Token(binding: new TokenBinding(client.Thumbprint, null));
        var nonce = await NonceAsync(gateway, token);
        var (status, _, begun) = await gateway.CallAsync(Prove(gateway.Post(TestGateway.InitializeBody, ""), token, nonce));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(nonce, begun.Headers.GetValues("DPoP-Nonce").Single());
        var session = begun.Headers.GetValues("Mcp-Session-Id").Single();
        var (called, _, _) = await gateway.CallAsync(Prove(gateway.Post(Call, "", ("Mcp-Session-Id", session)), token, nonce));
        Assert.Equal(HttpStatusCode.OK, called);
        using var waiting = new HttpClient();
        using var stream = await waiting.SendAsync(Prove(gateway.Get("", ("Mcp-Session-Id", session)), token, nonce),
            HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
        var (ended, _, _) = await gateway.CallAsync(Prove(gateway.Delete("", ("Mcp-Session-Id", session)), token, nonce));
        Assert.True((int)ended < 300, ended.ToString());
        foreach (var request in gateway.Upstream.Received)
        {
            Assert.Empty(request.Header("DPoP"));
            Assert.Empty(request.Header("Authorization"));
        }
    }

    [Fact]
    public async Task AStolenToken_IsWorthNothingWithoutItsKey()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = gateway.Token(binding: new TokenBinding(client.Thumbprint, null));
        var nonce = await NonceAsync(gateway, token);
        using var thief = new DPoPProofMaker(TimeProvider.System);
        var used = Prove(gateway.Post(TestGateway.InitializeBody, ""), token, nonce);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(used)).Status);
        var before = gateway.Upstream.Received.Count;

        await AssertRefusedAsync(gateway, gateway.Post(Call, token), "Bearer", "invalid_token", "SenderConstrained");
        var rebound = gateway.Post(Call, "");
        rebound.Headers.Authorization = new AuthenticationHeaderValue("DPoP", token);
        rebound.Headers.Add("DPoP", thief.Make("POST", gateway.Url.ToString(), token, nonce));
        await AssertRefusedAsync(gateway, rebound, "DPoP", "invalid_token", "ProofKeyMismatch");
        var replayed = gateway.Post(Call, "");
        replayed.Headers.Authorization = used.Headers.Authorization;
        replayed.Headers.Add("DPoP", used.Headers.GetValues("DPoP"));
        await AssertRefusedAsync(gateway, replayed, "DPoP", "invalid_dpop_proof", "ProofReplayed");
        Assert.Equal(before, gateway.Upstream.Received.Count);
    }

    [Fact]
    public async Task TheUrlOfAProof_IsThePublishedOneWhateverTheHostHeaderSays()
    {
        await using var gateway = await TestGateway.StartAsync(s => s with { Hosts = ["other.example"] });
        var token = gateway.Token(binding: new TokenBinding(client.Thumbprint, null));
        var nonce = await NonceAsync(gateway, token);
        var forHost = gateway.Post(TestGateway.InitializeBody, "", ("Host", "other.example"));
        forHost.Headers.Authorization = new AuthenticationHeaderValue("DPoP", token);
        forHost.Headers.Add("DPoP", client.Make("POST", "http://other.example/mcp", token, nonce));
        await AssertRefusedAsync(gateway, forHost, "DPoP", "invalid_dpop_proof", "ProofUrlMismatch");
        Assert.Equal(HttpStatusCode.OK,
            (await gateway.CallAsync(Prove(gateway.Post(TestGateway.InitializeBody, "", ("Host", "other.example")), token, nonce))).Status);
    }

    [Fact]
    public async Task TwoProofs_AreRefused()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = gateway.Token(binding: new TokenBinding(client.Thumbprint, null));
        var proof = client.Make("POST", gateway.Url.ToString(), token);
        var lines = $"Authorization: DPoP {token}\r\nDPoP: {proof}\r\nDPoP: {proof}";
        var status = await RawHttp.StatusAsync(gateway.Url,
            $"POST /mcp HTTP/1.1\r\nHost: {gateway.Url.Authority}\r\n{lines}\r\nContent-Type: application/json\r\nAccept: application/json, "
                + $"text/event-stream\r\nContent-Length: {Call.Length}\r\nConnection: close\r\n\r\n{Call}");
        Assert.Equal(400, status);
        Assert.Empty(gateway.Upstream.Received);
    }

    [Theory]
    [InlineData(SenderConstraintRequirement.Accept, "Bearer", false)]
    [InlineData(SenderConstraintRequirement.DPoP, "DPoP", true)]
    [InlineData(SenderConstraintRequirement.Any, "DPoP, Bearer", false)]
    public async Task AStranger_LearnsWhatIsAsked(SenderConstraintRequirement demand, string schemes, bool required)
    {
        await using var gateway = await TestGateway.StartAsync(Demand(demand));
        var (status, _, response) = await gateway.CallAsync(gateway.Post(Call, ""));
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal(schemes, string.Join(", ", response.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme)));
        Assert.All(response.Headers.WwwAuthenticate,
            challenge => Assert.Contains("resource_metadata=", challenge.Parameter, StringComparison.Ordinal));
        var (_, document, _) =
            await gateway.CallAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Url, "/.well-known/oauth-protected-resource/mcp")));
        Assert.Equal(required, document.TryGetProperty("dpop_bound_access_tokens_required", out _));
        Assert.Contains("ES256", document.GetProperty("dpop_signing_alg_values_supported").EnumerateArray().Select(name => name.GetString()));
        Assert.False(document.TryGetProperty("tls_client_certificate_bound_access_tokens", out _));
    }

    [Theory]
    [InlineData(SenderConstraintRequirement.DPoP)]
    [InlineData(SenderConstraintRequirement.MutualTls)]
    [InlineData(SenderConstraintRequirement.Any)]
    public async Task APlainToken_DoesNotDoWhereABoundOneIsAsked(SenderConstraintRequirement demand)
    {
        await using var gateway = await TestGateway.StartAsync(Demand(demand));
        var (status, _, _) = await gateway.CallAsync(gateway.Post(Call));
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        AssertLogged(gateway, "NotSenderConstrained");
        Assert.Empty(gateway.Upstream.Received);
    }

    [Fact]
    public async Task ACertificateOfTheConnection_HoldsATokenBoundToIt()
    {
        using var own = Certificate("workload");
        using var other = Certificate("other");
        await using var gateway = await StartTlsAsync();
        var thumbprint = new PresentedCertificate(own).Thumbprint;
        var token = gateway.Token(binding: new TokenBinding(null, thumbprint));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, token, own));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, token, other));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, token, null));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, gateway.Token(), null));
        var byHeader = Convert.ToBase64String(own.RawData);
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, token, null, ("Client-Cert", $":{byHeader}:")));
    }

    [Fact]
    public async Task TheHeaderOfANamedProxy_HoldsATokenBoundToIt()
    {
        using var own = Certificate("workload");
        var header = ("Client-Cert", $":{Convert.ToBase64String(own.RawData)}:");
        var binding = new TokenBinding(null, new PresentedCertificate(own).Thumbprint);
        await using var gateway = await TestGateway.StartAsync(s => s with
        {
            Listen = s.Listen with { TlsEndedByProxies = ["127.0.0.1"], ClientCertificates = ClientCertificates.Header },
            Servers = [s.Servers[0] with { SenderConstraint = SenderConstraintRequirement.MutualTls }],
        });
        Assert.Equal(HttpStatusCode.OK,
            (await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, gateway.Token(binding: binding), header))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.CallAsync(gateway.Post(Call, gateway.Token(binding: binding)))).Status);
        AssertLogged(gateway, "CertificateMissing");
        Assert.Equal(HttpStatusCode.Unauthorized,
            (await gateway.CallAsync(gateway.Post(Call, gateway.Token(binding: binding), ("Client-Cert", ":AAAA:")))).Status);
        var (_, document, _) =
            await gateway.CallAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Url, "/.well-known/oauth-protected-resource/mcp")));
        Assert.True(document.GetProperty("tls_client_certificate_bound_access_tokens").GetBoolean());
        Assert.All(gateway.Upstream.Received, request => Assert.Empty(request.Header("Client-Cert")));
    }

    [Fact]
    public async Task TheHeaderOfAProxyThatIsNotNamed_IsNotRead()
    {
        using var own = Certificate("workload");
        var token = (TestGateway gateway) => gateway.Token(binding: new TokenBinding(null, new PresentedCertificate(own).Thumbprint));
        var header = ("Client-Cert", $":{Convert.ToBase64String(own.RawData)}:");
        await using var gateway = await TestGateway.StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.CallAsync(gateway.Post(Call, token(gateway), header))).Status);
        AssertLogged(gateway, "CertificateMissing");
    }

    public void Dispose() => client.Dispose();

    private static Func<GatewaySettings, GatewaySettings> Demand(SenderConstraintRequirement demand) =>
        settings => settings with { Servers = [settings.Servers[0] with { SenderConstraint = demand }] };

    private HttpRequestMessage Prove(HttpRequestMessage request, string token, string? nonce)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", token);
        request.Headers.Add("DPoP", client.Make(request.Method.Method, request.RequestUri!.ToString(), token, nonce));
        return request;
    }

    private async Task<string> NonceAsync(TestGateway gateway, string token)
    {
        var (status, _, response) = await gateway.CallAsync(Prove(gateway.Post(Call, ""), token, null));
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        var challenge = Assert.Single(response.Headers.WwwAuthenticate);
        Assert.Equal("DPoP", challenge.Scheme);
        Assert.Contains("error=\"use_dpop_nonce\"", challenge.Parameter, StringComparison.Ordinal);
        Assert.Contains("algs=\"ES256 ", challenge.Parameter, StringComparison.Ordinal);
        return response.Headers.GetValues("DPoP-Nonce").Single();
    }

    private static async Task AssertRefusedAsync(TestGateway gateway, HttpRequestMessage request, string scheme, string error, string detail)
    {
        var (status, _, response) = await gateway.CallAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        var challenge = Assert.Single(response.Headers.WwwAuthenticate);
        Assert.Equal(scheme, challenge.Scheme);
        Assert.Contains($"error=\"{error}\"", challenge.Parameter, StringComparison.Ordinal);
        AssertLogged(gateway, detail);
    }

    /// <summary>The true reason stands in the log.</summary>
    private static void AssertLogged(TestGateway gateway, string reason) => Assert.True(
        SpinWait.SpinUntil(
            () => gateway.Entries().Where(entry => entry.TryGetProperty("parts", out _))
                .SelectMany(entry => entry.GetProperty("parts").EnumerateArray())
                .Any(part => part.GetProperty("kind").GetString() == "authentication"
                && part.TryGetProperty("reason", out var found) && found.GetString() == reason),
            TimeSpan.FromMinutes(2)),
        $"{reason} is not in the log");

    private static async Task<TestGateway> StartTlsAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-tls-");
        using var certificate = Certificate("gateway");
        var file = Path.Join(folder.FullName, "tls.pem");
        var key = Path.Join(folder.FullName, "tls.key");
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return await TestGateway.StartAsync(s => s with
        {
            PublicUrl = new Uri($"https://127.0.0.1:{s.PublicUrl.Port}"),
            Listen = s.Listen with
            {
                Url = new Uri($"https://127.0.0.1:{s.PublicUrl.Port}"),
                CertificateFile = file,
                KeyFile = key,
                ClientCertificates = ClientCertificates.Ask
            },
        });
    }

    private static async Task<HttpStatusCode> SendAsync(TestGateway gateway, string token, X509Certificate2? certificate,
        params (string, string)[] headers)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
        };
        using var client = new HttpClient(handler);
        using var response = await client.SendAsync(gateway.Post(TestGateway.InitializeBody, token, headers), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
