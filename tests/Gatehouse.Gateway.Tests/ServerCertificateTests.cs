using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Gateway.Tests;

/// <summary>The listener shows the whole chain of its certificate file: a client that trusts the root and nothing else can build the chain.</summary>
[Trait("NoRetry", "yes")]
public sealed class ServerCertificateTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-chain-");
    private readonly Authority root = Authority.Root("root");

    private string CertificateFile => Path.Join(folder.FullName, "tls.pem");

    private string KeyFile => Path.Join(folder.FullName, "tls.key");

    public void Dispose()
    {
        root.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task AClientThatTrustsTheRootOnly_AcceptsALeafBelowAnIntermediate()
    {
        using var intermediate = root.Issue("intermediate");
        Write(intermediate, withIntermediate: true);
        await using var gateway = await StartAsync();
        Assert.Equal(2, (await ConnectAsync(gateway)).SentByServer);
    }

    // The control: without the intermediate in the file the same client refuses, so the chain above came from the gateway.
    [Fact]
    public async Task WithoutTheIntermediateInTheFile_TheSameClientRefuses()
    {
        using var intermediate = root.Issue("intermediate");
        Write(intermediate, withIntermediate: false);
        await using var gateway = await StartAsync();
        await Assert.ThrowsAsync<AuthenticationException>(() => ConnectAsync(gateway));
    }

    [Fact]
    public async Task ANewFile_BringsItsOwnIntermediate()
    {
        using var first = root.Issue("first");
        using var second = root.Issue("second");
        Write(first, withIntermediate: true);
        await using var gateway = await StartAsync();
        Assert.Equal("CN=first", (await ConnectAsync(gateway)).Issuer);
        Write(second, withIntermediate: true);
        File.SetLastWriteTimeUtc(CertificateFile, DateTime.UtcNow.AddMinutes(1));
        Assert.Equal("CN=second", (await ConnectAsync(gateway)).Issuer);
    }

    [Fact]
    public async Task ANewFileWithAFaultyIntermediate_LeavesTheOldChainInUse()
    {
        using var first = root.Issue("first");
        using var second = root.Issue("second");
        Write(first, withIntermediate: true);
        await using var gateway = await StartAsync();
        Write(second, withIntermediate: false);
        await File.AppendAllTextAsync(CertificateFile, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        File.SetLastWriteTimeUtc(CertificateFile, DateTime.UtcNow.AddMinutes(1));
        Assert.Equal("CN=first", (await ConnectAsync(gateway)).Issuer);
        Assert.Contains(CertificateFile, gateway.Diagnostics, StringComparison.Ordinal);
    }

    // Between the new certificate and its key the two do not fit: handshakes go on with the old certificate.
    [Fact]
    public async Task HalfARenewal_LeavesTheOldCertificateInUse()
    {
        using var first = root.Issue("first");
        using var second = root.Issue("second");
        Write(first, withIntermediate: true);
        await using var gateway = await StartAsync();
        var key = await File.ReadAllTextAsync(KeyFile);
        Write(second, withIntermediate: true);
        var newKey = await File.ReadAllTextAsync(KeyFile);
        await File.WriteAllTextAsync(KeyFile, key);
        File.SetLastWriteTimeUtc(CertificateFile, DateTime.UtcNow.AddMinutes(1));
        Assert.Equal("CN=first", (await ConnectAsync(gateway)).Issuer);
        await File.WriteAllTextAsync(KeyFile, newKey);
        Assert.Equal("CN=second", (await ConnectAsync(gateway)).Issuer);
    }

    // A kind of key that the platform does not have is a fault of the file, as any other.
    [Fact]
    public void AKeyOfAnUnknownKind_LeavesTheOldCertificateInUse()
    {
        Write(root, withIntermediate: false);
        var certificate = new ServerCertificate(CertificateFile, KeyFile, NullLogger.Instance);
        var mlDsa = new PublicKey(new Oid("2.16.840.1.101.3.4.3.17"), null!, new AsnEncodedData(new byte[1312]));
        using var made = new CertificateRequest(new X500DistinguishedName("CN=pq"), mlDsa, HashAlgorithmName.SHA256).Create(
            root.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(root.Key), DateTimeOffset.UtcNow.AddHours(-1),
            DateTimeOffset.UtcNow.AddHours(1), [1, 2, 3]);
        File.WriteAllText(CertificateFile, made.ExportCertificatePem());
        File.SetLastWriteTimeUtc(CertificateFile, DateTime.UtcNow.AddMinutes(1));
        Assert.Equal("CN=127.0.0.1", certificate.Current.TargetCertificate.Subject);
    }

    [Fact]
    public void AStartWithTheKeyOfAnotherCertificate_NamesBothFiles()
    {
        Write(root, withIntermediate: false);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(KeyFile, other.ExportPkcs8PrivateKeyPem());
        var fault = Assert.Throws<InvalidDataException>(() => new ServerCertificate(CertificateFile, KeyFile, NullLogger.Instance));
        Assert.Contains(CertificateFile, fault.Message, StringComparison.Ordinal);
        Assert.Contains(KeyFile, fault.Message, StringComparison.Ordinal);
    }

    // A mounted secret: the files are links into a folder that is a link itself, and a renewal replaces that one alone.
    [Fact]
    public void ARenewalBehindALinkOfTheFolder_IsSeen()
    {
        using var first = root.Issue("first");
        using var second = root.Issue("second");
        Move(first, "v1");
        Move(second, "v2");
        var data = Path.Join(folder.FullName, "..data");
        Directory.CreateSymbolicLink(data, "v1");
        File.CreateSymbolicLink(CertificateFile, "..data/tls.pem");
        File.CreateSymbolicLink(KeyFile, "..data/tls.key");
        File.SetLastWriteTimeUtc(Path.Join(folder.FullName, "v2", "tls.pem"), DateTime.UtcNow.AddMinutes(1));
        var certificate = new ServerCertificate(CertificateFile, KeyFile, NullLogger.Instance);
        Assert.Equal("CN=first", certificate.Current.TargetCertificate.Issuer);
        Directory.Delete(data);
        Directory.CreateSymbolicLink(data, "v2");
        Assert.Equal("CN=second", certificate.Current.TargetCertificate.Issuer);

        void Move(Authority authority, string version)
        {
            Write(authority, withIntermediate: true);
            var to = folder.CreateSubdirectory(version).FullName;
            File.Move(CertificateFile, Path.Join(to, "tls.pem"));
            File.Move(KeyFile, Path.Join(to, "tls.key"));
        }
    }

    // The threat: a stranger's certificate names an address, and the platform fetches it to complete the chain (CWE-918). A silent one would hold the
    // handshakes of all.
    [Fact]
    public async Task ACertificateOfAStranger_MakesTheListenerFetchNothing()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Write(root, withIntermediate: false);
        await using var gateway = await StartAsync(ClientCertificates.Ask);
        using var stranger = Authority.Root("stranger");
        using var leaf = stranger.Issue("leaf", isAuthority: false, fetchedAt: $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/ca.cer");
        using var whole = leaf.Certificate.CopyWithPrivateKey(leaf.Key);
        using var own = X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Url.Host, gateway.Url.Port);
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = gateway.Url.Host,
            CertificateChainPolicy = TrustOfRoot(),
            ClientCertificateContext = SslStreamCertificateContext.Create(own, null, offline: true),
        });
        await stream.WriteAsync(Encoding.ASCII.GetBytes("GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
        Assert.NotEqual(0, await stream.ReadAsync(new byte[100])); // the handshake is over on the gateway's side too
        Assert.True(stream.IsMutuallyAuthenticated);
        Assert.False(listener.Pending(), "the gateway connected to the address in the client's certificate");
    }

    [Fact]
    public async Task Connections_NegotiateHttp2()
    {
        using var intermediate = root.Issue("intermediate");
        Write(intermediate, withIntermediate: true);
        await using var gateway = await StartAsync();
        Assert.Equal(SslApplicationProtocol.Http2, (await ConnectAsync(gateway)).Protocol);
    }

    // ST-03: the newer version where the client offers both, and the older one for a client that has no other.
    [Theory]
    [InlineData(SslProtocols.Tls12 | SslProtocols.Tls13, SslProtocols.Tls13)]
    [InlineData(SslProtocols.Tls12, SslProtocols.Tls12)]
    public async Task Connections_NegotiateTls13_AndTls12WhereTheClientHasNoOther(SslProtocols offered, SslProtocols negotiated)
    {
        Write(root, withIntermediate: false);
        await using var gateway = await StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Url.Host, gateway.Url.Port);
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = gateway.Url.Host,
            EnabledSslProtocols = offered,
            CertificateChainPolicy = TrustOfRoot(),
        });
        Assert.Equal(negotiated, stream.SslProtocol);
    }

    private Task<TestGateway> StartAsync(ClientCertificates clients = default) => TestGateway.StartAsync(s => s with
    {
        PublicUrl = new Uri($"https://127.0.0.1:{s.PublicUrl.Port}"),
        Listen = s.Listen with
        {
            Url = new Uri($"https://127.0.0.1:{s.PublicUrl.Port}"),
            CertificateFile = CertificateFile,
            KeyFile = KeyFile,
            ClientCertificates = clients,
        },
    });

    private async Task<(int SentByServer, string Issuer, SslApplicationProtocol Protocol)> ConnectAsync(TestGateway gateway)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Url.Host, gateway.Url.Port);
        var (sent, issuer) = (0, "");
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = gateway.Url.Host,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            CertificateChainPolicy = TrustOfRoot(),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                sent = chain!.ChainPolicy.ExtraStore.Count;
                issuer = certificate!.Issuer;
                return errors == SslPolicyErrors.None;
            },
        });
        return (sent, issuer, stream.NegotiatedApplicationProtocol);
    }

    private X509ChainPolicy TrustOfRoot() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { root.Certificate },
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };

    private void Write(Authority intermediate, bool withIntermediate)
    {
        using var leaf = intermediate.Issue("127.0.0.1", isAuthority: false);
        var file = new StringBuilder(leaf.Certificate.ExportCertificatePem()).Append('\n');
        if (withIntermediate) file.Append(intermediate.Certificate.ExportCertificatePem()).Append('\n');
        File.WriteAllText(KeyFile, leaf.Key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(CertificateFile, file.ToString());
    }
}
