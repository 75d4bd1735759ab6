using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Gatehouse.Outbound;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Gatehouse.Upstreams;

namespace Gatehouse.Gateway.Tests.Http1;

/// <summary>A further connection to a server resumes its TLS session, and is judged as the first one.</summary>
public sealed class TlsResumptionTests : IAsyncDisposable
{
    private const int CertificateBytes = 3000;

    // What the server wrote in each handshake. A client may be done with a handshake before its server is: who reads this waits.
    private readonly Channel<long> handshakes = Channel.CreateUnbounded<long>();
    private readonly X509Certificate2 certificate = LargeCertificate();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly Task serving;

    public TlsResumptionTests()
    {
        listener.Start();
        serving = ServeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await serving;
        listener.Dispose();
        ending.Dispose();
        certificate.Dispose();
    }

    // The handler asks first, the client of this project then: each resumes the session of the connection before.
    [Fact]
    public async Task FurtherConnection_ResumesTheSession()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("sessions are kept by OpenSSL");
        using var client = Client(certificate);
        for (var i = 0; i < 4; i++) await AskAsync(client);
        Assert.InRange(await HandshakeAsync(), CertificateBytes, long.MaxValue);
        for (var i = 1; i < 4; i++) Assert.InRange(await HandshakeAsync(), 1, CertificateBytes - 1);
    }

    // Threat: sessions are kept for the whole process by the name of the server. A resumed handshake sends no certificate, so that a client which
    // judged only what is sent would accept a server that another one trusts (CWE-295).
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PinsAreJudgedOnAResumedConnection(bool byOwnClient)
    {
        using (var client = Client(certificate))
        {
            for (var i = 0; i < 2; i++)
            {
                await AskAsync(client);
                await HandshakeAsync();
            }
        }

        using var other = LargeCertificate();
        if (byOwnClient)
        {
            using var strict = new HttpMessageInvoker(new Http1Handler(new OutboundHandlers(new SystemNameResolver()), [PinOf(other)]));
            using var request = new HttpRequestMessage(HttpMethod.Post, Url);
            var refused = await Assert.ThrowsAsync<HttpRequestException>(() => strict.SendAsync(request, TestContext.Current.CancellationToken));
            Assert.Equal(HttpRequestError.SecureConnectionError, refused.HttpRequestError);
        }
        else
        {
            using var strict = Client(other);
            var refused = await Assert.ThrowsAsync<RefusalException>(() => AskAsync(strict));
            Assert.Equal("SecureConnectionError", refused.Refusal.Detail);
        }

        var written = await HandshakeAsync();
        if (OperatingSystem.IsLinux()) Assert.InRange(written, 1, CertificateBytes - 1); // it was resumed
    }

    private Uri Url => new($"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/mcp");

    private ValueTask<long> HandshakeAsync() => handshakes.Reader.ReadAsync(TestContext.Current.CancellationToken);

    private static string PinOf(X509Certificate2 certificate) =>
        Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private static async Task AskAsync(ServerClient client)
    {
        var settings = new ServerSettings { Name = "a", Path = "/a", Http = new HttpUpstreamSettings { Url = new Uri("https://localhost/") } };
        var request = GatewayRequests.Modern(new LimitSettings(), settings, "server/discover");
        using var response = await client.SendAsync(request, "{}"u8.ToArray(), null, null, TestContext.Current.CancellationToken);
        Assert.Equal("ok"u8.ToArray(), await response.ReadAsync(10_000, null, TestContext.Current.CancellationToken));
    }

    // A session is kept by the name of its server: an address has none.
    private ServerClient Client(X509Certificate2 pinned) => new(
        new HttpUpstreamSettings
        {
            Url = Url,
            ConnectTimeout = TimeSpan.FromMinutes(1),
            Pins = [PinOf(pinned)],
        },
        new OutboundHandlers(new SystemNameResolver()), TimeProvider.System);

    private async Task ServeAsync()
    {
        var tls = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
        // At the same time: a connection that is not the test's, and sends nothing, must not keep the others waiting.
        var answering = new List<Task>();
        try
        {
            while (true) answering.Add(AnswerAsync(await listener.AcceptSocketAsync(ending.Token), tls));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(answering);
        }
    }

    // One request a connection.
    private async Task AnswerAsync(Socket socket, SslServerAuthenticationOptions tls)
    {
        using var accepted = socket;
        try
        {
            var counted = new CountedStream(new NetworkStream(accepted));
            await using var secured = new SslStream(counted);
            await AnswerAsync(secured, counted, tls);
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException or OperationCanceledException)
        {
            // The client refused the certificate, or the test is over.
        }
    }

    private async Task AnswerAsync(SslStream secured, CountedStream counted, SslServerAuthenticationOptions tls)
    {
        try
        {
            await secured.AuthenticateAsServerAsync(tls, ending.Token);
        }
        finally
        {
            // Also where a client that refuses the certificate closes before this server is done.
            if (counted.Written > 0) handshakes.Writer.TryWrite(counted.Written);
        }

        var request = new byte[8192];
        var read = 0;
        while (!request.AsSpan(0, read).EndsWith("\r\n\r\n{}"u8))
        {
            var more = await secured.ReadAsync(request.AsMemory(read), ending.Token);
            if (more == 0) return;
            read += more;
        }

        await secured.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"u8.ToArray(), ending.Token);
    }

    private static X509Certificate2 LargeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("1.3.6.1.4.1.99999.1", new byte[CertificateBytes], critical: false));
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    // Counts what the server writes.
    private sealed class CountedStream(Stream inner) : Stream
    {
        public long Written { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written += buffer.Length;
            return inner.WriteAsync(buffer, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
