using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Outbound;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests;

/// <summary>What the gateway itself connects to: rows E01-E08.</summary>
[Trait("Requirement", "ST-03")]
[Trait("NoRetry", "yes")]
public sealed class OutboundTests
{
    [Theory]
    [InlineData("169.254.169.254", false, false)]
    [InlineData("::ffff:169.254.169.254", false, false)]
    [InlineData("64:ff9b::a9fe:a9fe", false, false)]
    [InlineData("2002:a9fe:a9fe::1", false, false)]
    [InlineData("::a9fe:a9fe", false, false)]
    [InlineData("fe80::1", false, false)]
    [InlineData("fd00:ec2::254", false, false)]
    [InlineData("fd20:ce::254", false, false)]
    [InlineData("fd00:c1::a9fe:a9fe", false, false)]
    [InlineData("168.63.129.16", false, false)]
    [InlineData("::ffff:168.63.129.16", false, false)]
    [InlineData("64:ff9b:1:a9fe:a9:fe00::", false, false)]
    [InlineData("64:ff9b:1:a9:fe:a9fe::", false, false)]
    [InlineData("64:ff9b:1:0:a9:fea9:fe00:0", false, false)]
    [InlineData("64:ff9b:1::a9fe:a9fe", false, false)]
    [InlineData("64:ff9b:1::a01:203", true, false)]
    [InlineData("127.0.0.1", true, false)]
    [InlineData("::1", true, false)]
    [InlineData("::ffff:127.0.0.1", true, false)]
    [InlineData("10.1.2.3", true, false)]
    [InlineData("172.31.255.255", true, false)]
    [InlineData("192.168.0.1", true, false)]
    [InlineData("100.64.0.1", true, false)]
    [InlineData("fd12::1", true, false)]
    [InlineData("0.0.0.0", true, false)]
    [InlineData("224.0.0.1", true, false)]
    [InlineData("255.255.255.255", true, false)]
    [InlineData("93.184.216.34", true, true)]
    [InlineData("2606:2800:220:1::1", true, true)]
    [Trait("Requirement", "E01")]
    [Trait("Requirement", "E03")]
    public void Addresses_AreJudgedByWhereTheUrlComesFrom(string address, bool configured, bool learned)
    {
        Assert.Equal(configured, AddressRules.Allows(IPAddress.Parse(address), DestinationTrust.Configured));
        Assert.Equal(learned, AddressRules.Allows(IPAddress.Parse(address), DestinationTrust.Learned));
    }

    [Fact]
    [Trait("Requirement", "E03")]
    public async Task WhatMetadataNameOnAnotherHost_IsLearned_UnlessTheConfigurationNamesIt()
    {
        await using var internalServer = await RecordingUpstream.StartAsync();
        var keys = new Uri($"http://keys.internal.example:{internalServer.Url.Port}/keys");
        var issuer = new Gatehouse.Settings.IssuerSettings { Issuer = "https://login.internal.example/a" };
        using var plain = new MetadataFetcher(new OutboundHandlers(new Loopback()), new ConfiguredHosts([issuer]));
        await Assert.ThrowsAsync<DestinationRefusedException>(async () => await plain.GetAsync(keys, 10_000, CancellationToken.None));
        var secure = await Assert.ThrowsAsync<HttpRequestException>(
            async () => await plain.GetAsync(new Uri("https://keys.internal.example/keys"), 10_000, CancellationToken.None));
        Assert.IsType<DestinationRefusedException>(secure.InnerException);
        Assert.Empty(internalServer.Received);
        using var introspection = new FormPoster(new OutboundHandlers(new Loopback()), new ConfiguredHosts([issuer]));
        await Assert.ThrowsAsync<DestinationRefusedException>(async () =>
            await introspection.PostAsync(keys, default, new Gatehouse.Identity.Bearer.SecretText("secret"), 1000, CancellationToken.None));

        foreach (var named in new[]
            { issuer with { Hosts = ["keys.internal.example"] }, issuer with { Issuer = "https://keys.internal.example/" },
                issuer with { Metadata = new Uri("https://KEYS.internal.example/m") } })
        {
            using var fetcher = new MetadataFetcher(new OutboundHandlers(new Loopback()), new ConfiguredHosts([named]));
            Assert.NotEqual(0, (await fetcher.GetAsync(keys, 10_000, CancellationToken.None)).StatusCode);
        }
    }

    [Theory]
    [InlineData("http://0177.0.0.1:9/")]
    [InlineData("http://0x7f000001:9/")]
    [InlineData("http://2130706433:9/")]
    [InlineData("http://127.1:9/")]
    [InlineData("http://localhost.:9/")]
    [InlineData("http://[::ffff:7f00:1]:9/")]
    [Trait("Requirement", "E04")]
    public async Task SpellingsOfLoopback_AreRefusedForLearnedUrls(string url)
    {
        using var invoker =
            new HttpMessageInvoker(new OutboundHandlers(new Loopback()).Create(DestinationTrust.Learned, [], TimeSpan.FromMinutes(1)));
        var failed = await Assert.ThrowsAsync<HttpRequestException>(
            () => invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, url), CancellationToken.None));
        Assert.IsType<DestinationRefusedException>(failed.InnerException);
    }

    [Fact]
    [Trait("Requirement", "E06")]
    public async Task Name_IsLookedUpOnceAndThatAddressIsJudged()
    {
        var resolver = new Rebinding();
        using var invoker = new HttpMessageInvoker(new OutboundHandlers(resolver).Create(DestinationTrust.Learned, [], TimeSpan.FromMinutes(1)));
        await Assert.ThrowsAnyAsync<Exception>(
            () => invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://rebind.example:9/"), TestContext.Current.CancellationToken));
        Assert.Equal(1, resolver.Asked); // a second look-up would have given the other address
    }

    [Fact]
    [Trait("Requirement", "E05")]
    public async Task Redirects_AreNotFollowed()
    {
        await using var web = await ServeAsync(null, context => { context.Response.Redirect("/other"); return Task.CompletedTask; });
        using var invoker =
            new HttpMessageInvoker(new OutboundHandlers(new SystemNameResolver()).Create(DestinationTrust.Configured, [], TimeSpan.FromMinutes(1)));
        using var answer = await invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, web.Urls.First()), CancellationToken.None);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Theory]
    [InlineData(1960, false, false)]
    [InlineData(2026, true, false)]
    [InlineData(2200, false, false)]
    [InlineData(1960, false, true)]
    [InlineData(2026, true, true)]
    [InlineData(2200, false, true)]
    public async Task APinnedCertificate_IsTakenWithinItsTimeAlone(int year, bool taken, bool isHttp1Client)
    {
        using var certificate = SelfSigned(); // from 1970 to 2170
        await using var web = await ServeAsync(certificate, context => context.Response.WriteAsync("ok"));
        var pin = Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        var handlers = new OutboundHandlers(new SystemNameResolver(), new ManualTimeProvider(new DateTimeOffset(year, 6, 1, 0, 0, 0, TimeSpan.Zero)));
        using var pinned = new HttpMessageInvoker(Client(handlers, [pin], isHttp1Client));
        var sent = pinned.SendAsync(new HttpRequestMessage(HttpMethod.Get, web.Urls.First()), CancellationToken.None);
        if (taken) (await sent).Dispose();
        else Assert.Equal(HttpRequestError.SecureConnectionError, (await Assert.ThrowsAsync<HttpRequestException>(() => sent)).HttpRequestError);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pin_TakesItsKeyAndNoOther(bool isHttp1Client)
    {
        using var certificate = SelfSigned();
        await using var web = await ServeAsync(certificate, context => context.Response.WriteAsync("ok"));
        var pin = Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        var handlers = new OutboundHandlers(new SystemNameResolver());
        using var pinned = new HttpMessageInvoker(Client(handlers, [pin], isHttp1Client));
        using var answer = await pinned.SendAsync(new HttpRequestMessage(HttpMethod.Get, web.Urls.First()), CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        foreach (var wrong in new[] { [Convert.ToBase64String(new byte[32])], Array.Empty<string>() })
        {
            using var other = new HttpMessageInvoker(Client(handlers, wrong, isHttp1Client));
            await Assert.ThrowsAsync<HttpRequestException>(
                () => other.SendAsync(new HttpRequestMessage(HttpMethod.Get, web.Urls.First()), CancellationToken.None));
        }
    }

    // A configured server may be anywhere but at the link-local addresses, where clouds answer with credentials (CWE-918).
    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("::ffff:169.254.169.254")]
    [Trait("Requirement", "E04")]
    public async Task Http1Client_JudgesTheAddressOfAName_LikeTheHandler(string address)
    {
        using var invoker = new HttpMessageInvoker(Client(new OutboundHandlers(new Fixed(IPAddress.Parse(address))), [], isHttp1Client: true));
        var failed = await Assert.ThrowsAsync<HttpRequestException>(
            () => invoker.SendAsync(new HttpRequestMessage(HttpMethod.Post, "http://server.example/"), CancellationToken.None));
        Assert.IsType<DestinationRefusedException>(failed.InnerException);
    }

    [Fact]
    public async Task Http1Client_SaysWhyNoConnectionIsThere()
    {
        using var nameless = new HttpMessageInvoker(Client(new OutboundHandlers(new Nameless()), [], isHttp1Client: true));
        var unknown = await Assert.ThrowsAsync<HttpRequestException>(
            () => nameless.SendAsync(new HttpRequestMessage(HttpMethod.Post, "http://nowhere.example/"), CancellationToken.None));
        Assert.Equal(HttpRequestError.NameResolutionError, unknown.HttpRequestError);
        using var closed = new HttpMessageInvoker(Client(new OutboundHandlers(new Loopback()), [], isHttp1Client: true));
        var refused = await Assert.ThrowsAsync<HttpRequestException>(
            () => closed.SendAsync(new HttpRequestMessage(HttpMethod.Post, $"http://server.example:{LoopbackPorts.Next()}/"), CancellationToken.None));
        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);
    }

    private static HttpMessageHandler Client(OutboundHandlers handlers, IReadOnlyList<string> pins, bool isHttp1Client) => isHttp1Client
        ? new Http1.Http1Handler(handlers, pins)
        : handlers.Create(DestinationTrust.Configured, pins, TimeSpan.FromMinutes(1));

    [Fact]
    public async Task Gateway_ServesTlsAndTakesANewCertificate()
    {
        using var first = SelfSigned();
        using var second = SelfSigned();
        var folder = Directory.CreateTempSubdirectory("gatehouse-tls-");
        string certificate = Path.Combine(folder.FullName, "c.pem"), key = Path.Combine(folder.FullName, "k.pem");
        Write(first, certificate, key);
        var port = LoopbackPorts.Next();
        await using (var gateway = await TestGateway.StartAsync(s => s with
        {
            PublicUrl = new Uri($"https://127.0.0.1:{port}"),
            Listen = s.Listen with { Url = new Uri($"https://127.0.0.1:{port}"), CertificateFile = certificate, KeyFile = key },
        }))
        {
            Assert.Equal(first.Thumbprint, await ThumbprintAsync(port));
            Write(second, certificate, key);
            File.SetLastWriteTimeUtc(certificate, DateTime.UnixEpoch.AddDays(20_000));
            Assert.Equal(second.Thumbprint, await ThumbprintAsync(port));
        }

        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", false, false)]
    [InlineData("http://192.0.2.1:80", false, false)]
    [InlineData("http://0.0.0.0:0", true, true)]
    [InlineData("https://0.0.0.0:0", false, true)]
    [InlineData("http://127.0.0.1:0", false, true)]
    [InlineData("http://[::1]:0", false, true)]
    public void ClearTextOffLoopback_IsRefusedAtStart(string listen, bool proxied, bool allowed)
    {
        var settings = new GatewaySettings
        {
            PublicUrl = new Uri("https://mcp.example"),
            Listen = new ListenSettings { Url = new Uri(listen), TlsEndedByProxies = proxied ? ["192.0.2.7"] : [] },
            Servers = [],
            StateDirectory = "unused",
        };
        if (allowed) Hosting.ListenerGuard.Require(settings);
        else Assert.Contains("TLS", Assert.Throws<InvalidDataException>(() => Hosting.ListenerGuard.Require(settings)).Message,
            StringComparison.Ordinal);
    }

    private static async Task<string> ThumbprintAsync(int port)
    {
        string? seen = null;
        using var handler =
            new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions
                {
                    RemoteCertificateValidationCallback =
                        (_, c, _, _) => { seen = ((X509Certificate2)c!).Thumbprint; return seen is not null; }
                }
            };
        using var invoker = new HttpMessageInvoker(handler);
        using var answer = await invoker.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{port}/.well-known/oauth-protected-resource"), CancellationToken.None);
        Assert.True(answer.Headers.Contains("Strict-Transport-Security"));
        return seen!;
    }

    private static void Write(X509Certificate2 certificate, string file, string key)
    {
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }

    private static async Task<WebApplication> ServeAsync(X509Certificate2? certificate, RequestDelegate handler)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration()
            .ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => { if (certificate is not null) l.UseHttps(certificate); }));
        var web = builder.Build();
        web.Run(handler);
        await web.StartAsync();
        return web;
    }

    private sealed class Loopback : INameResolver
    {
        public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) =>
            ValueTask.FromResult(IPAddress.TryParse(host.Trim('[', ']'), out var address) ? new[] { address } : [IPAddress.Loopback]);
    }

    private sealed class Fixed(IPAddress address) : INameResolver
    {
        public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) => ValueTask.FromResult<IPAddress[]>([address]);
    }

    private sealed class Nameless : INameResolver
    {
        public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) =>
            throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound);
    }

    private sealed class Rebinding : INameResolver
    {
        public int Asked { get; private set; }

        public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) =>
            ValueTask.FromResult<IPAddress[]>(++Asked == 1 ? [IPAddress.Loopback] : [IPAddress.Parse("203.0.113.1")]);
    }
}
