using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gatehouse.Gateway.AdministrationHttp;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.AdministrationHttp;

/// <summary>The administration listener with TLS of its own, and behind proxies that end TLS: peers that it serves, and parts of sources.</summary>
[Trait("Requirement", "ST-03")]
public sealed class AdministrationTransportTests : IDisposable
{
    private const string Other = "127.0.0.2"; // an address of this machine on Linux

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-admin-tls-");
    private readonly Authority root = Authority.Root("administration");

    public void Dispose()
    {
        root.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task HttpsListener_ServesAClientThatTrustsTheAuthority_AndNoClientThatDoesNot()
    {
        await using var site = await SiteAsync(https: true);
        using var trusting = Client(trusts: true);
        using var answer = await trusting.SendAsync(site.Request(), CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("max-age=31536000", answer.Headers.GetValues("Strict-Transport-Security").Single());
        using var strange = Client(trusts: false);
        await Assert.ThrowsAsync<HttpRequestException>(() => strange.SendAsync(site.Request(), CancellationToken.None));
    }

    // Threat: a token of an administrator goes over the network in clear, because the listener answers there as well.
    [Fact]
    public async Task HttpsListener_AnswersNothingInClear()
    {
        await using var site = await SiteAsync(https: true);
        var answer = await SendAsync(site, "127.0.0.1", $"POST /v1/acts/contain.list HTTP/1.1\r\nHost: {site.Url.Authority}\r\n"
            + $"Authorization: Bearer {site.Token}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");
        Assert.DoesNotContain("HTTP/1.1 2", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\"ok\"", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://192.0.2.10:8444", null, false)]
    [InlineData("http://[2001:db8::1]:8444", null, false)]
    [InlineData("http://0.0.0.0:8444", null, false)]
    [InlineData("https://192.0.2.10:8444", null, true)]
    [InlineData("http://192.0.2.10:8444", "192.0.2.1", true)]
    [InlineData("http://127.0.0.1:8444", null, true)]
    public void ClearTextOffLoopback_DoesNotStart_WithoutAProxyThatEndsTls(string url, string? proxy, bool isServed)
    {
        var settings = new GatewaySettings
        {
            PublicUrl = new Uri("https://mcp.example.com"),
            Listen = new ListenSettings { Url = new Uri("http://127.0.0.1:8080") },
            Servers = [],
            StateDirectory = "unused",
            Administration = new AdministrationSettings
            {
                Http = new AdministrationHttpSettings
                { Listen = new ListenSettings { Url = new Uri(url), TlsEndedByProxies = proxy is null ? [] : [proxy] } },
            },
        };
        var fault = Record.Exception(() => ListenerGuard.Require(settings));
        Assert.Equal(isServed, fault is null);
        if (fault is not null) Assert.Contains("administration.http.listen.certificate", Assert.IsType<InvalidDataException>(fault).Message, StringComparison.Ordinal);
    }

    // Threat: a peer that is no proxy speaks to the listener in clear, past the proxy that ends TLS and knows who may come.
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData(Other)]
    public async Task BehindProxies_OnlyTheListedOnesAreServed(string proxy)
    {
        RequireSecondAddress();
        await using var site = await SiteAsync(proxies: [proxy]);
        foreach (var source in new[] { "127.0.0.1", Other })
            Assert.Equal(source == proxy ? "HTTP/1.1 200 OK" : "", (await ListAsync(site, source)).Split("\r\n")[0]);
    }

    // Threat: whoever reaches the listener takes another address in each request, and so a new part of the rate each time. No forwarding header is
    // read, of a peer as little as of a proxy.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ForwardingHeaders_GiveNoNewPart_AndAreNotTheHost(bool behindProxies)
    {
        RequireSecondAddress();
        await using var site = await SiteAsync(proxies: behindProxies ? ["127.0.0.1", Other] : [], share: 1);
        using var client = Client(trusts: false);
        var statuses = new List<int>();
        for (var i = 0; i < AdministrationPlaces.MostRequestsPerMinute + 10 && !statuses.Contains(429); i++)
        {
            var address = string.Create(CultureInfo.InvariantCulture, $"203.0.113.{i % 256}");
            using var request = site.Request("none");
            foreach (var (name, value) in new[]
            {
                ("X-Forwarded-For", address), ("Forwarded", $"for={address};host=evil.example"), ("X-Forwarded-Host", "evil.example"),
                ("X-Forwarded-Proto", "https"), ("X-Real-IP", address),
            }) request.Headers.TryAddWithoutValidation(name, value);
            using var answer = await client.SendAsync(request, CancellationToken.None);
            statuses.Add((int)answer.StatusCode);
        }

        Assert.Equal([401, 429], statuses.Distinct().Order());
        // Another address has a part of its own. Behind proxies all requests come from one source, as the page of the operator says.
        Assert.Equal(behindProxies ? "429" : "200", StatusOf(await ListAsync(site, Other)));
        await site.Gateway.Host.NoteDurableAsync("mark");
        Assert.DoesNotContain(site.Gateway.Entries(), static entry => entry.GetRawText().Contains("203.0.113.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ForwardedHost_DoesNotMakeAForeignHostTheOwnOne()
    {
        await using var site = await SiteAsync(proxies: ["127.0.0.1"]);
        var foreign = await ListAsync(site, "127.0.0.1", $"X-Forwarded-Host: {site.Url.Authority}\r\n", host: "evil.example");
        Assert.Equal("403", StatusOf(foreign));
        Assert.Equal("200", StatusOf(await ListAsync(site, "127.0.0.1", "X-Forwarded-Host: evil.example\r\n")));
    }

    private static void RequireSecondAddress() => Assert.SkipUnless(OperatingSystem.IsLinux(), "needs 127.0.0.2, an address of the machine on Linux alone");

    private static string StatusOf(string answer) => answer.Length > 12 ? answer[9..12] : "";

    private static Task<string> ListAsync(Site site, string source, string headers = "", string? host = null) =>
        SendAsync(site, source, $"POST /v1/acts/contain.list HTTP/1.1\r\nHost: {host ?? site.Url.Authority}\r\n{headers}"
            + $"Authorization: Bearer {site.Token}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");

    private static async Task<string> SendAsync(Site site, string source, string request)
    {
        using var client = new TcpClient(new IPEndPoint(IPAddress.Parse(source), 0));
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, site.Url.Port);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
            using var reader = new StreamReader(stream, Encoding.ASCII);
            return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(2));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return ""; // reset
        }
    }

    private HttpMessageInvoker Client(bool trusts) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = new()
        {
            CertificateChainPolicy = trusts
                ? new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { root.Certificate },
                    RevocationMode = X509RevocationMode.NoCheck,
                    DisableCertificateDownloads = true,
                }
                : null,
        },
    });

    private async Task<Site> SiteAsync(bool https = false, IReadOnlyList<string>? proxies = null, int share = 25)
    {
        var url = new Uri(string.Create(CultureInfo.InvariantCulture, $"{(https ? "https" : "http")}://127.0.0.1:{LoopbackPorts.Next()}"));
        var file = Path.Join(folder.FullName, "tls.pem");
        using (var leaf = root.Issue("127.0.0.1", isAuthority: false))
        {
            await File.WriteAllTextAsync(file, leaf.Certificate.ExportCertificatePem());
            await File.WriteAllTextAsync(file + ".key", leaf.Key.ExportPkcs8PrivateKeyPem());
        }

        var listen = https
            ? new ListenSettings { Url = url, CertificateFile = file, KeyFile = file + ".key" }
            : new ListenSettings { Url = url, TlsEndedByProxies = proxies ?? [] };
        // The clock stands still, so that no minute ends.
        var gateway = await TestGateway.StartAsync(s => s with
        {
            Administration = s.Administration with { Http = new AdministrationHttpSettings { Listen = listen } },
            Limits = s.Limits with { CallerShare = share },
        }, new ManualTimeProvider(TimeProvider.System.GetUtcNow()));
        return new Site(gateway, (await AdministrationListener.StartAsync(gateway.Host))!, url);
    }

    private sealed record Site(TestGateway Gateway, AdministrationListener Listener, Uri Url) : IAsyncDisposable
    {
        public string Token { get; } = Gateway.AdminToken();

        public HttpRequestMessage Request(string? token = null)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Url, "/v1/acts/contain.list"))
            { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
            request.Content.Headers.ContentType = new("application/json");
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + (token ?? Token));
            return request;
        }

        public async ValueTask DisposeAsync()
        {
            await Listener.DisposeAsync();
            await Gateway.DisposeAsync();
        }
    }
}
