using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>A client that leaves while its body is read causes no fault of the gateway and no line for its operator.</summary>
public sealed class LeavingClientTests
{
    private const int Times = 20;

    [Fact]
    public async Task StreamsThatAreResetWhileTheBodyIsRead_AreNoFaults()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var folder = Directory.CreateTempSubdirectory("gatehouse-reset-");
        string certificateFile = Path.Join(folder.FullName, "c.pem"), keyFile = Path.Join(folder.FullName, "k.pem");
        await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
        var port = LoopbackPorts.Next();
        await using (var gateway = await TestGateway.StartAsync(s => s with
        {
            PublicUrl = new Uri($"https://127.0.0.1:{port}"),
            Listen = s.Listen with { Url = new Uri($"https://127.0.0.1:{port}"), CertificateFile = certificateFile, KeyFile = keyFile },
        }))
        {
            using var handler =
                new SocketsHttpHandler
                {
                    SslOptions = new SslClientAuthenticationOptions
                    { RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == certificate.GetCertHashString() }
                };
            using var client = new HttpMessageInvoker(handler);
            for (var i = 0; i < Times; i++) await ResetAsync(gateway, client);
            AssertNoFault(gateway);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task ConnectionsThatCloseWhileTheBodyIsRead_AreNoFaults()
    {
        await using var gateway = await TestGateway.StartAsync();
        for (var i = 0; i < Times; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(gateway.Url.Host, gateway.Url.Port);
            var head = $"POST {gateway.Url.AbsolutePath} HTTP/1.1\r\nHost: {gateway.Url.Authority}\r\nAuthorization: Bearer {gateway.Token()}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: 1000\r\n\r\n{{";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            if (i % 2 == 0) client.LingerState = new LingerOption(true, 0); // closes with a reset
        }

        AssertNoFault(gateway);
    }

    private static async Task ResetAsync(TestGateway gateway, HttpMessageInvoker client)
    {
        using var leaving = new CancellationTokenSource();
        using var content = new EndlessBody();
        using var request = gateway.Post("");
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Content = content;
        var sending = client.SendAsync(request, leaving.Token);
        await content.Sent.WaitAsync(TimeSpan.FromMinutes(2));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    private static void AssertNoFault(TestGateway gateway)
    {
        var ended = gateway.EntriesWithEnded(Times).Where(entry => entry.GetProperty("kind").GetString() == "ended").ToList();
        Assert.All(ended, entry => Assert.False(entry.TryGetProperty("code", out var code) && code.GetString() == "GH9003", entry.GetRawText()));
        Assert.DoesNotContain("fault in", gateway.Diagnostics, StringComparison.Ordinal);
    }

    // Some bytes, and then nothing until the request is cancelled.
    private sealed class EndlessBody : HttpContent
    {
        private readonly TaskCompletionSource sent = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Sent => sent.Task;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync("{\"jsonrpc\":"u8.ToArray(), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            sent.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
