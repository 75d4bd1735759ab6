using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>Workloads that show a certificate and no token.</summary>
[Trait("Requirement", "ID-06")]
public sealed class WorkloadTests : IDisposable
{
    private const string Agent = "spiffe://mesh.example/agent";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    [Fact]
    public void ACertificateIssuer_IsTakenOnlyByItsName()
    {
        var server = new ServerSettings { Name = "up", Path = "/up", CertificateIssuers = ["mesh"] };
        Assert.Equal([true, true, false], new[] { "https://any.example", "certificate:mesh", "certificate:other" }.Select(server.TakesIssuer));
        Assert.Equal([true, false], new[] { "https://any.example", "certificate:mesh" }.Select((server with { CertificateIssuers = [] }).TakesIssuer));
    }

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-mesh-");
    private readonly ManualTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    private readonly X509Certificate2 authority;

    public WorkloadTests()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Mesh", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        authority = request.CreateSelfSigned(clock.GetUtcNow().AddDays(-1), clock.GetUtcNow().AddYears(1));
        File.WriteAllText(AuthorityFile, authority.ExportCertificatePem());
    }

    private string AuthorityFile => Path.Join(folder.FullName, "mesh.pem");

    private string CrlFile => Path.Join(folder.FullName, "mesh.crl");

    [Fact]
    public async Task ACertificateOfANamedIssuer_NeedsNoTokenWhereTheServerTakesIt()
    {
        using var own = Issue(Agent, 1);
        await using var gateway = await StartAsync(own, [Permit("certificate:mesh", Agent)]);
        var (status, _, _) = await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, "", Header(own)));
        Assert.Equal(HttpStatusCode.OK, status);
        using var other = Issue("spiffe://mesh.example/other", 2);
        var (_, refused, _) = await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, "", Header(other)));
        Assert.True(refused.TryGetProperty("error", out _), refused.ToString());
        Assert.Single(gateway.Upstream.Of("initialize"));
        var entry = gateway.EntriesWithEnded(1).First(found => found.GetProperty("kind").GetString() == "ended");
        Assert.Equal(("certificate:mesh", Agent), (entry.GetProperty("iss").GetString(), entry.GetProperty("sub").GetString()));
    }

    [Fact]
    public async Task AServerThatTakesNoCertificates_AsksForAToken()
    {
        using var own = Issue(Agent, 1);
        await using var gateway =
            await StartAsync(own, [Permit("certificate:mesh", Agent)], s => s with { Servers = [s.Servers[0] with { CertificateIssuers = [] }] });
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, "", Header(own)))).Status);
        Assert.Empty(gateway.Upstream.Received);
    }

    [Fact]
    public async Task ABadToken_IsNotMadeGoodByACertificate()
    {
        using var own = Issue(Agent, 1);
        await using var gateway = await StartAsync(own, [Permit("certificate:mesh", Agent)]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, "junk", Header(own)))).Status);
        Assert.Empty(gateway.Upstream.Received);
    }

    [Fact]
    public async Task AStream_EndsWithTheCertificate()
    {
        using var own = Issue(Agent, 1);
        await using var gateway = await StartAsync(own, [Permit("certificate:mesh", Agent)]);
        var stream = await OpenStreamAsync(gateway, own);
        clock.Advance(TimeSpan.FromHours(1));
        await AssertEndsAsync(stream);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, "", Header(own)))).Status);
    }

    [Fact]
    [Trait("Requirement", "ID-07")]
    public async Task AStream_EndsWhenTheAuthorityRevokesTheCertificate()
    {
        using var own = Issue(Agent, 1);
        WriteCrl();
        await using var gateway = await StartAsync(
            own, [Permit("certificate:mesh", Agent)],
            s => s with { CertificateIssuers = [s.CertificateIssuers[0] with { RevocationList = CrlFile }] });
        var stream = await OpenStreamAsync(gateway, own);
        WriteCrl(own);
        clock.Advance(TimeSpan.FromSeconds(5));
        await AssertEndsAsync(stream);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, "", Header(own)))).Status);
    }

    // Threat: with pinned keys and no authority the holder of one writes another's name into a certificate of its own making.
    [Fact]
    public async Task AKeyWithoutAnAuthority_IsTheWorkloadOfConfiguration_WhateverItsCertificateSays()
    {
        using var agent = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var forged = SelfSigned(agent, "spiffe://mesh.example/billing", clock.GetUtcNow().AddYears(50));
        await using var gateway = await StartAsync(
            forged, [Permit("certificate:mesh", "billing"), Permit("certificate:mesh", "spiffe://mesh.example/billing")],
            s => s with { CertificateIssuers = [Keys(("agent", forged))] });
        var (_, refused, _) = await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, "", Header(forged)));
        Assert.True(refused.TryGetProperty("error", out _), refused.ToString());
        Assert.Empty(gateway.Upstream.Received);
        var entry = gateway.EntriesWithEnded(1).First(found => found.GetProperty("kind").GetString() == "ended");
        Assert.Equal(("certificate:mesh", "agent"), (entry.GetProperty("iss").GetString(), entry.GetProperty("sub").GetString()));
    }

    [Fact]
    public async Task AStreamOfAKeyThatConfigurationTakesOut_Ends()
    {
        using var old = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var before = SelfSigned(old, Agent, clock.GetUtcNow().AddYears(50));
        using var after = SelfSigned(next, Agent, clock.GetUtcNow().AddYears(50));
        GatewaySettings? settings = null;
        await using var gateway = await StartAsync(
            before, [Permit("certificate:mesh", "agent")], s => settings = s with { CertificateIssuers = [Keys(("agent", before))] },
            () => new Gatehouse.Configuration.ConfigurationResult
            { Settings = settings! with { CertificateIssuers = [Keys(("agent", after))] }, Faults = [], SourcePath = "" });
        var stream = await OpenStreamAsync(gateway, before);
        Assert.Empty(await gateway.Host.ReloadAsync());
        await AssertEndsAsync(stream);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, "", Header(before)))).Status);
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, "", Header(after)))).Status);
    }

    [Fact]
    public async Task AConnectionByTls_ShowsTheCertificateItself()
    {
        using var own = Issue(Agent, 1);
        using var server = Issue("https://gateway.example/", 7, forClients: false);
        var file = Path.Join(folder.FullName, "tls.pem");
        await File.WriteAllTextAsync(file, server.ExportCertificatePem());
        await File.WriteAllTextAsync(file + ".key", server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await using var gateway = await StartAsync(own, [Permit("certificate:mesh", Agent)], s => s with
        {
            PublicUrl = new Uri($"https://127.0.0.1:{s.PublicUrl.Port}"),
            Listen = new ListenSettings
            {
                Url = new Uri($"https://127.0.0.1:{s.PublicUrl.Port}"),
                CertificateFile = file,
                KeyFile = file + ".key",
                ClientCertificates = ClientCertificates.Ask
            },
        });
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions =
            new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
                LocalCertificateSelectionCallback = (_, _, _, _, _) => own
            };
        using var client = new HttpClient(handler);
        using var response = await client.SendAsync(gateway.Post(TestGateway.InitializeBody, ""), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    // ID-09: what a workload shows, and what the gateway shows servers in its place, is in no file of the gateway.
    [Fact]
    [Trait("Requirement", "ID-09")]
    public async Task AWorkload_LeavesNoSecretInTheStateFolder()
    {
        var credential = Path.Join(folder.FullName, "credential");
        await File.WriteAllTextAsync(credential, "upstream-canary-4711");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(credential, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var own = Issue(Agent, 1);
        await using var gateway = await StartAsync(own, [Permit("certificate:mesh", Agent), Permit("certificate:mesh", "alice")], s => s with
        {
            Servers = [s.Servers[0] with
                { Http = s.Servers[0].Http! with
                    { Credential = new CredentialSettings("Authorization", new SecretReference("file", credential), "Bearer ") } }],
        });
        var token = gateway.Token();
        Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, "", Header(own)))).Status);
        await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, token, Header(own)));
        Assert.Contains("upstream-canary-4711", gateway.Upstream.Of("initialize")[0].Header("Authorization").Single(), StringComparison.Ordinal);
        gateway.EntriesWithEnded(2);
        var state = gateway.Host.Snapshots.Current.Settings.StateDirectory;
        var files = Directory.GetFiles(state, "*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files.Where(file => Path.GetFileName(file) != "lock")) // which the log holds for itself; it is empty
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            await stream.CopyToAsync(content, TestContext.Current.CancellationToken);
            var text = System.Text.Encoding.Latin1.GetString(content.ToArray());
            foreach (var secret in new[]
                { "upstream-canary-4711", token, token.Split('.')[2], Header(own).Item2, System.Text.Encoding.Latin1.GetString(own.RawData) })
                Assert.False(text.Contains(secret, StringComparison.Ordinal), $"{Path.GetFileName(file)} holds a secret");
        }
    }

    [Fact]
    public async Task AMissingFile_KeepsTheGatewayFromStarting()
    {
        using var own = Issue(Agent, 1);
        var fault = await Assert.ThrowsAsync<InvalidDataException>(
            () => StartAsync(own, [], s => s with { CertificateIssuers = [s.CertificateIssuers[0] with { RevocationList = CrlFile + ".none" }] }));
        Assert.Contains("cannot be read", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        authority.Dispose();
        folder.Delete(recursive: true);
    }

    private static PolicyRule Permit(string issuer, string subject) =>
        new() { Id = "workload", Who = new WhoClause { Issuers = new NameSet([issuer]), Subjects = new NameSet([subject]) } };

    private static (string, string) Header(X509Certificate2 certificate) => ("Client-Cert", $":{Convert.ToBase64String(certificate.RawData)}:");

    private Task<TestGateway> StartAsync(X509Certificate2 own, IEnumerable<PolicyRule> rules, Func<GatewaySettings, GatewaySettings>? change = null,
        Func<Gatehouse.Configuration.ConfigurationResult>? reload = null) => TestGateway.StartAsync(
        s =>
        {
            s = s with
            {
                Listen = s.Listen with { TlsEndedByProxies = ["127.0.0.1"], ClientCertificates = ClientCertificates.Header },
                CertificateIssuers = [new CertificateIssuerSettings { Name = "mesh", AuthoritiesFile = AuthorityFile }],
                Servers = [s.Servers[0] with { CertificateIssuers = ["mesh"] }],
            };
            return change is null ? s : change(s);
        },
        clock, rules: rules, reload: reload);

    private static CertificateIssuerSettings Keys(params (string Name, X509Certificate2 Certificate)[] workloads) => new()
    {
        Name = "mesh",
        Workloads = workloads.ToDictionary(
            workload => workload.Name,
            IReadOnlyList<string> (workload) =>
                [Convert.ToBase64String(SHA256.HashData(workload.Certificate.PublicKey.ExportSubjectPublicKeyInfo()))],
            StringComparer.Ordinal),
    };

    private X509Certificate2 SelfSigned(ECDsa key, string uri, DateTimeOffset until)
    {
        var request = new CertificateRequest("CN=workload", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(uri));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ClientAuthentication)], false));
        return request.CreateSelfSigned(clock.GetUtcNow().AddHours(-1), until);
    }

    private static async Task<StreamReader> OpenStreamAsync(TestGateway gateway, X509Certificate2 own)
    {
        gateway.Upstream.On("GET", async (context, _) =>
        {
            await RecordingUpstream.Events(context, "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n");
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var (_, _, begun) = await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, "", Header(own)));
        var session = begun.Headers.GetValues("Mcp-Session-Id").Single();
        var client = new HttpClient();
        var response = await client.SendAsync(gateway.Get("", ("Mcp-Session-Id", session), Header(own)), HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("data: ", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        return reader;
    }

    private static async Task AssertEndsAsync(StreamReader stream)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await stream.ReadLineAsync(limit.Token) is not null)
        {
        }
    }

    private void WriteCrl(params X509Certificate2[] revoked)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked) builder.AddEntry(certificate);
        File.WriteAllBytes(CrlFile, builder.Build(authority, revoked.Length + 1, clock.GetUtcNow().AddDays(7), HashAlgorithmName.SHA256));
    }

    private X509Certificate2 Issue(string uri, byte serial, bool forClients = true)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=workload", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(uri));
        request.CertificateExtensions.Add(names.Build());
        if (forClients) request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ClientAuthentication)], false));
        using var made = request.Create(authority, clock.GetUtcNow().AddHours(-1), clock.GetUtcNow().AddHours(1), [serial]).CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
