using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Gatehouse.Audit.Witness;
using Gatehouse.Diagnostics;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Outbound;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Gateway.WitnessHosting;

/// <summary>
/// A witness on HTTP (C2SP tlog-witness): <c>POST /add-checkpoint</c>, and <c>GET /HASH/checkpoint</c> for monitors. It has no other endpoint and no
/// credentials: the signature of a checkpoint is the right to submit it.
/// </summary>
public sealed class WitnessListener : IAsyncDisposable
{
    /// <summary>The most connections at one time.</summary>
    public const int MostConnections = 256;

    private const string CheckpointEnd = "/checkpoint";
    private const int HashDigits = 64;

    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookAtCertificateEvery = TimeSpan.FromSeconds(15);

    private readonly WitnessListenerOptions options;
    private readonly CertificateWatch certificates;
    private readonly ITimer? look; // where the listener has TLS
    private readonly SourceRates rates;
    private readonly SourceRates repeats; // of requests that a log signed, without a new cosignature
    private readonly WebApplication web;

    private WitnessListener(WitnessListenerOptions options)
    {
        this.options = options;
        rates = new SourceRates(options.Time);
        repeats = new SourceRates(options.Time);
        var log = new LineLogger(options.Log);
        certificates = new CertificateWatch(options.Time, log);
        web = Build();
        if (options.Listen.Scheme == Uri.UriSchemeHttps)
            look = GuardedTimer.Start(options.Time, "certificate of the witness", certificates.Check, LookAtCertificateEvery, LookAtCertificateEvery, log);
    }

    /// <summary>The address with the port that was taken.</summary>
    public Uri Address => new(web.Urls.First());

    /// <summary>Starts the listener.</summary>
    /// <exception cref="InvalidDataException">The address would be served in clear off loopback, or the certificate cannot be read.</exception>
    /// <exception cref="WitnessAddressException">The address is in use, or cannot be used by this account or machine.</exception>
    public static async Task<WitnessListener> StartAsync(WitnessListenerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require(options);
        var listener = new WitnessListener(options);
        try
        {
            await listener.web.StartAsync().ConfigureAwait(false);
            return listener;
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
            throw new WitnessAddressException(options.Listen, e);
        }
        catch
        {
            await listener.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        look?.Dispose();
        return web.DisposeAsync();
    }

    private static void Require(WitnessListenerOptions options)
    {
        var isTls = options.Listen.Scheme == Uri.UriSchemeHttps;
        if (isTls && (options.CertificateFile is null || options.KeyFile is null))
            throw new InvalidDataException("https needs a certificate; give --certificate and --key, or listen on http://127.0.0.1 behind a proxy that ends TLS");
        if (!isTls && !ListenerGuard.IsLoopback(options.Listen))
            throw new InvalidDataException($"the witness would listen on {options.Listen} without TLS; "
                + "write https:// and give --certificate and --key, or listen on 127.0.0.1 behind a proxy that ends TLS");
    }

    private WebApplication Build()
    {
        KestrelHost.RequireStrictLines();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().UseSockets(ListenerTransport.SetSockets);
        if (options.Listen.Scheme == Uri.UriSchemeHttps) builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(Configure);
        var built = builder.Build();
        built.Run(ServeAsync);
        return built;
    }

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.MaxRequestBodySize = WitnessService.MostRequestBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
        kestrel.Limits.MaxRequestHeaderCount = 50;
        kestrel.Limits.MaxRequestLineSize = 4 << 10;
        kestrel.Limits.RequestHeadersTimeout = HeadTimeout;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(1024, TimeSpan.FromSeconds(5));
        var (url, host) = (options.Listen, options.Listen.Host.Trim('[', ']'));
        var address = url.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(host);
        kestrel.Listen(address, url.Port, Secure);
    }

    private void Secure(ListenOptions listen)
    {
        var connections = new SourceConnections();
        listen.Use(next => connection => connections.ServeAsync(connection, next)); // before TLS, which costs the witness more than the source
        var settings = new ListenSettings { Url = options.Listen, CertificateFile = options.CertificateFile, KeyFile = options.KeyFile };
        if (certificates.Open("witness", settings) is not { } certificate) return;
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate.Current,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            }),
        });
    }

    private async Task ServeAsync(HttpContext context)
    {
        var answer = await AnswerAsync(context).ConfigureAwait(false);
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        if (answer.Status == StatusCodes.Status429TooManyRequests) response.Headers.RetryAfter = "10";
        if (answer.Status == StatusCodes.Status405MethodNotAllowed) response.Headers.Allow = IsAdd(context.Request) ? "POST" : "GET, HEAD";
        await response.WriteAsync(answer.Body, context.RequestAborted).ConfigureAwait(false);
    }

    private async Task<WitnessAnswer> AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        // The threat: anyone who has a public checkpoint of a log sends it again and again, and the witness checks its signatures without end
        // (CWE-770; C2SP tlog-witness has no authentication of the sender). So each request counts for its address, apart from one that led to a new
        // cosignature: behind a proxy all requests come from one address, and strangers there must not stop a log that grows. Requests that a
        // log signed have a rate of their own: strangers without a checkpoint cannot keep a log from the answer with the last size (409).
        var answer = HttpMethods.IsPost(request.Method) && IsAdd(request) ? await AddAsync(context).ConfigureAwait(false) : null;
        if (answer is { IsNewCosignature: true }) return answer;
        var rate = answer is { IsOfLog: true } ? repeats : rates;
        if (!rate.TryTake(context.Connection.RemoteIpAddress)) return new WitnessAnswer(429, "too many requests from this address\n");
        if (answer is { Status: 403 or 422 }) options.Log($"refused a checkpoint ({answer.Status}): {answer.Body.TrimEnd()}");
        return answer ?? (IsAdd(request) ? new WitnessAnswer(405, "POST only\n") : Checkpoint(request));
    }

    private async Task<WitnessAnswer> AddAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Headers.ContentEncoding.Count > 0) return new WitnessAnswer(400, "the body has an encoding\n");
        if (await ReadAsync(context).ConfigureAwait(false) is not { } body) return new WitnessAnswer(413, "the request is too long\n");
        try
        {
            return options.Witness.Add(body);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            options.Log($"a checkpoint cannot be stored, and was not cosigned: {e.Message}");
            return new WitnessAnswer(503, "the checkpoint cannot be stored now\n") { IsNewCosignature = true };
        }
    }

    private WitnessAnswer Checkpoint(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)) return new WitnessAnswer(405, "GET only\n");
        var path = request.Path.Value ?? "";
        return path.Length == 1 + HashDigits + CheckpointEnd.Length && path.EndsWith(CheckpointEnd, StringComparison.Ordinal)
            ? options.Witness.Latest(path[1..(1 + HashDigits)]) : new WitnessAnswer(404, "there is nothing here\n");
    }

    private static bool IsAdd(HttpRequest request) => request.Path.Value == "/add-checkpoint";

    private static async Task<byte[]?> ReadAsync(HttpContext context)
    {
        try
        {
            return await BoundedRead.ToEndAsync(context.Request.Body, WitnessService.MostRequestBytes, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }
}
