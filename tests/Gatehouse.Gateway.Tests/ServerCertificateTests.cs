using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>The listener shows the whole chain of its certificate file: a client that trusts the root and nothing else can build the chain.</summary>
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

    [Fact]
    public async Task Connections_NegotiateHttp2()
    {
        using var intermediate = root.Issue("intermediate");
        Write(intermediate, withIntermediate: true);
        await using var gateway = await StartAsync();
        Assert.Equal(SslApplicationProtocol.Http2, (await ConnectAsync(gateway)).Protocol);
    }

    private Task<TestGateway> StartAsync() => TestGateway.StartAsync(s => s with
    {
        PublicUrl = new Uri($"https://127.0.0.1:{s.PublicUrl.Port}"),
        Listen = s.Listen with { Url = new Uri($"https://127.0.0.1:{s.PublicUrl.Port}"), CertificateFile = CertificateFile, KeyFile = KeyFile },
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

    /// <summary>A certificate with its key, which issues others.</summary>
    private sealed class Authority(X509Certificate2 certificate, ECDsa key) : IDisposable
    {
        public X509Certificate2 Certificate => certificate;

        public ECDsa Key => key;

        public static Authority Root(string name)
        {
            var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return new Authority(Request(name, key, isAuthority: true).CreateSelfSigned(Begin, End), key);
        }

        public Authority Issue(string name, bool isAuthority = true)
        {
            var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var made = Request(name, own, isAuthority).Create(certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), Begin, End,
                RandomNumberGenerator.GetBytes(8));
            return new Authority(X509CertificateLoader.LoadCertificate(made.RawData), own);
        }

        public void Dispose()
        {
            certificate.Dispose();
            key.Dispose();
        }

        private static DateTimeOffset Begin => DateTimeOffset.UtcNow.AddHours(-1);

        private static DateTimeOffset End => DateTimeOffset.UtcNow.AddHours(1);

        private static CertificateRequest Request(string name, ECDsa key, bool isAuthority)
        {
            var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
            if (isAuthority) return request;
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
            return request;
        }
    }
}
