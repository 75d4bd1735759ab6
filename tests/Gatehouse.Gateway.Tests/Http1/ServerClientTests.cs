using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Outbound;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Gatehouse.Upstreams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gatehouse.Gateway.Tests.Http1;

/// <summary>Which client sends a request: the one of this project where the server speaks HTTP/1.1, the platform's handler for all else.</summary>
[Trait("NoRetry", "yes")]
public sealed class ServerClientTests : IDisposable
{
    private readonly ConcurrentQueue<(string Protocol, string Connection)> received = new();
    private readonly X509Certificate2 certificate = SelfSigned();
    private readonly int port = LoopbackPorts.Next();
    private Func<Task> beforeAnswer = static () => Task.CompletedTask;

    public void Dispose() => certificate.Dispose();

    [Theory]
    [InlineData(HttpProtocols.Http1, "HTTP/1.1", 2)] // the handler's, from which the protocol is learned, and the client's
    [InlineData(HttpProtocols.Http1AndHttp2, "HTTP/2", 1)]
    [InlineData(HttpProtocols.Http2, "HTTP/2", 1)]
    public async Task BehindTls_TheFirstAnswerSaysWhichClientSends(HttpProtocols protocols, string expected, int connections)
    {
        await using var server = await StartAsync(protocols);
        using var client = Client(isSecured: true);
        for (var i = 0; i < 4; i++) await AskAsync(client);
        Assert.All(received, one => Assert.Equal(expected, one.Protocol));
        Assert.Equal(connections, received.Select(static one => one.Connection).Distinct().Count());
    }

    [Fact]
    public async Task ByHttp2_RequestsAtTheSameTime_ShareOneConnection()
    {
        await using var server = await StartAsync(HttpProtocols.Http1AndHttp2);
        using var client = Client(isSecured: true);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        beforeAnswer = () =>
        {
            if (received.Count >= 32) all.TrySetResult();
            return all.Task.WaitAsync(TimeSpan.FromMinutes(1)); // each is answered when all of them are there
        };
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => AskAsync(client)));
        Assert.Single(received.Select(static one => one.Connection).Distinct());
    }

    [Fact]
    public async Task FailureOfTls_LetsTheHandlerFindOutTheProtocolAgain()
    {
        using var client = Client(isSecured: true);
        await using (await StartAsync(HttpProtocols.Http1))
        {
            for (var i = 0; i < 2; i++) await AskAsync(client);
        }

        await using (await StartAsync(HttpProtocols.Http1, isSecured: false))
            await Assert.ThrowsAsync<RefusalException>(() => AskAsync(client));
        received.Clear();
        await using var server = await StartAsync(HttpProtocols.Http1);
        try
        {
            await AskAsync(client);
        }
        catch (RefusalException e) when (e.Refusal.Detail == "ResponseEnded")
        {
            await AskAsync(client); // the handler took a connection from before
        }

        await AskAsync(client);
        Assert.Equal(2, received.Select(static one => one.Connection).Distinct().Count()); // the handler's, and then the client's
    }

    [Fact]
    public async Task LargeMessage_IsSentByTheHandler_AndARequestWithoutAMessageOpensAConnection()
    {
        await using var server = await StartAsync(HttpProtocols.Http1, isSecured: false);
        using var client = Client(isSecured: false);
        await AskAsync(client);
        await AskAsync(client, new byte[(64 * 1024) + 1]);
        await AskAsync(client, new byte[64 * 1024]);
        await AskAsync(client, null);
        await AskAsync(client);
        var connections = received.Select(static one => one.Connection).ToList();
        Assert.Equal(connections[0], connections[2]);
        Assert.Equal(connections[3], connections[4]); // it is the last one used
        Assert.Equal(3, connections.Distinct().Count());
    }

    [Fact]
    public async Task BehindTls_ARequestWithoutAMessage_IsSentByTheClient_OnceTheServerAnsweredByHttp1()
    {
        await using var server = await StartAsync(HttpProtocols.Http1);
        using var client = Client(isSecured: true);
        await AskAsync(client); // by the handler
        await AskAsync(client);
        await AskAsync(client, null);
        await AskAsync(client);
        var connections = received.Select(static one => one.Connection).ToList();
        Assert.Equal(3, connections.Take(3).Distinct().Count());
        Assert.Equal(connections[2], connections[3]); // the last one used
    }

    private static ReadOnlyMemory<byte> Small => "{}"u8.ToArray();

    private async Task AskAsync(ServerClient client) => await AskAsync(client, Small);

    private async Task AskAsync(ServerClient client, ReadOnlyMemory<byte>? message)
    {
        var settings = new ServerSettings { Name = "a", Path = "/a", Http = Settings(isSecured: true) };
        var request = GatewayRequests.Modern(new LimitSettings(), settings, "server/discover");
        using var response = await client.SendAsync(request, message, null, null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("ok"u8.ToArray(), await response.ReadAsync(10_000, null, TestContext.Current.CancellationToken));
    }

    private ServerClient Client(bool isSecured) => new(Settings(isSecured), new OutboundHandlers(new SystemNameResolver()), TimeProvider.System);

    private HttpUpstreamSettings Settings(bool isSecured) => new()
    {
        Url = new Uri($"{(isSecured ? "https" : "http")}://127.0.0.1:{port}/mcp"),
        ConnectTimeout = TimeSpan.FromMinutes(1),
        Pins = [Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()))],
    };

    private async Task<WebApplication> StartAsync(HttpProtocols protocols, bool isSecured = true)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            listen.Protocols = protocols;
            if (isSecured) listen.UseHttps(certificate);
        }));
        var web = builder.Build();
        web.Run(async context =>
        {
            if (await ProbeRequests.RefuseAsync(context)) return;
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            received.Enqueue((context.Request.Protocol, context.Connection.Id));
            await beforeAnswer();
            context.Response.ContentLength = 2;
            await context.Response.WriteAsync("ok");
        });
        await web.StartAsync();
        return web;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
