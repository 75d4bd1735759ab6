using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Outbound;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests;

/// <summary>Certificates of servers that no pin names: time, revocation, and what they would have the gateway fetch.</summary>
[Trait("Requirement", "ST-03")]
public class UpstreamCertificateTests : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-crl-");
    private readonly X509Certificate2 root = Authority("CN=root", null);

    public void Dispose()
    {
        root.Dispose();
        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("its authority's list, without it", null)]
    [InlineData("its authority's list", "revoked")]
    [InlineData("its authority's list of the last month", "no current list")]
    [InlineData("another authority's list", "no revocation list of the authority")]
    [InlineData("a list in its authority's name that it did not sign", "signed this one")]
    [InlineData("a text", "not a CRL")]
    [InlineData("nothing", "cannot be read")]
    public async Task ARevocationList_DecidesOverTheCertificateOfAServer(string file, string? refused)
    {
        using var leaf = Leaf(root);
        using var other = Leaf(root);
        using var stranger = Authority("CN=other", null);
        using var namesake = Authority("CN=root", null);
        var path = Path.Join(folder.FullName, "list");
        if (file != "nothing")
        {
            Write(path, file switch
            {
                "its authority's list, without it" => List(root, Now.AddDays(1), other),
                "its authority's list" => List(root, Now.AddDays(1), other, leaf),
                "its authority's list of the last month" => List(root, Now.AddDays(-1)),
                "another authority's list" => List(stranger, Now.AddDays(1), leaf),
                "a text" => "not a list"u8.ToArray(),
                _ => List(namesake, Now.AddDays(1)),
            });
        }

        await using var server = new TlsServer(leaf);
        using var invoker = Invoker(new UpstreamRevocations(path, TimeProvider.System), root);
        if (refused is null)
        {
            using var answer = await GetAsync(invoker, server);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return;
        }

        var failed = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(invoker, server));
        Assert.Contains(refused, Assert.IsType<DestinationRefusedException>(failed.InnerException).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANewRevocationList_CountsForTheNextConnection_AndAFaultyOneDoesNot()
    {
        using var leaf = Leaf(root);
        var path = Path.Join(folder.FullName, "list");
        Write(path, List(root, Now.AddDays(1)));
        await using var server = new TlsServer(leaf);
        using var invoker = Invoker(new UpstreamRevocations(path, TimeProvider.System), root);
        (await GetAsync(invoker, server)).Dispose();
        Write(path, "not a list"u8.ToArray());
        (await GetAsync(invoker, server)).Dispose();
        Write(path, List(root, Now.AddDays(1), leaf));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(invoker, server));
    }

    [Theory]
    [InlineData(-20, -10, false)]
    [InlineData(-10, 10, true)]
    [InlineData(10, 20, false)]
    public async Task ACertificateOfATrustedAuthority_IsTakenWithinItsTimeAlone(int from, int until, bool taken)
    {
        using var leaf = Leaf(root, Now.AddDays(from), Now.AddDays(until));
        await using var server = new TlsServer(leaf);
        using var invoker = Invoker(null, root);
        var sent = GetAsync(invoker, server);
        if (taken) (await sent).Dispose();
        else Assert.Equal(HttpRequestError.SecureConnectionError, (await Assert.ThrowsAsync<HttpRequestException>(() => sent)).HttpRequestError);
    }

    // CWE-918: whoever answers in a server's place chooses these addresses.
    [Fact]
    [Trait("Requirement", "E03")]
    public async Task WhatACertificateNames_IsNotFetched()
    {
        using var intermediate =
            Authority($"CN=intermediate {Guid.NewGuid():N}", root) /* the platform may keep authorities of earlier runs by their names */;
        await using var web = await RecordingUpstream.StartAsync();
        web.On("GET", (context, _) =>
            context.Response.Body.WriteAsync(context.Request.Path == "/ca" ? intermediate.RawData : List(intermediate, Now.AddDays(1))).AsTask());
        using var leaf = Leaf(intermediate, more: request =>
        {
            request.CertificateExtensions.Add(
                new X509AuthorityInformationAccessExtension([new Uri(web.Url, "/ocsp").ToString()], [new Uri(web.Url, "/ca").ToString()]));
            request.CertificateExtensions.Add(
                CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([new Uri(web.Url, "/crl").ToString()]));
        });
        await using var server = new TlsServer(leaf);
        foreach (var revocations in new[] { null, new UpstreamRevocations(Path.Join(folder.FullName, "none"), TimeProvider.System) })
        {
            using var invoker = Invoker(revocations, root);
            await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(invoker, server));
        }

        using (var known = Invoker(null, root, intermediate)) (await GetAsync(known, server)).Dispose();
        Assert.Empty(web.Received);
    }

    [Theory]
    [InlineData("nothing", "cannot be read")]
    [InlineData("a text", "not a CRL")]
    public async Task AMissingOrFaultyRevocationList_StopsTheStart(string file, string fault)
    {
        var path = Path.Join(folder.FullName, "list");
        if (file == "a text") Write(path, "not a list"u8.ToArray());
        var stopped = await Assert.ThrowsAsync<InvalidDataException>(async () => await TestGateway.StartAsync(
            s => s with
            {
                Servers =
                [s.Servers[0] with { Http = s.Servers[0].Http! with { Url = new Uri("https://127.0.0.1:1/"), RevocationList = path } }]
            }));
        Assert.Contains(fault, stopped.Message, StringComparison.Ordinal);
    }

    private HttpMessageInvoker Invoker(UpstreamRevocations? revocations, params X509Certificate2[] roots) =>
        new(Handler(new OutboundHandlers(new SystemNameResolver()) { Roots = [.. roots] }, revocations));

    /// <summary>Returns the client that is tested.</summary>
    private protected virtual HttpMessageHandler Handler(OutboundHandlers handlers, UpstreamRevocations? revocations) =>
        handlers.Create(DestinationTrust.Configured, [], TimeSpan.FromMinutes(1), revocations);

    private static Task<HttpResponseMessage> GetAsync(HttpMessageInvoker invoker, TlsServer server) =>
        invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, server.Url), TestContext.Current.CancellationToken);

    private static int written;

    private static void Write(string path, byte[] content)
    {
        File.WriteAllBytes(path, content);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(Interlocked.Increment(ref written)));
    }

    private static byte[] List(X509Certificate2 authority, DateTimeOffset next, params X509Certificate2[] revoked)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked) builder.AddEntry(certificate);
        return builder.Build(authority, 1, next, HashAlgorithmName.SHA256, thisUpdate: next.AddDays(-30));
    }

    private static X509Certificate2 Authority(string name, X509Certificate2? parent)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (parent is null) return request.CreateSelfSigned(Now.AddDays(-100), Now.AddDays(100));
        using var issued = request.Create(parent, Now.AddDays(-50), Now.AddDays(50), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    private static X509Certificate2 Leaf(X509Certificate2 authority, DateTimeOffset? from = null, DateTimeOffset? until = null,
        Action<CertificateRequest>? more = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        more?.Invoke(request);
        var serial = RandomNumberGenerator.GetBytes(8);
        serial[0] &= 0x7F;
        using var issued = request.Create(authority, from ?? Now.AddDays(-10), until ?? Now.AddDays(10), serial);
        return issued.CopyWithPrivateKey(key);
    }
}
