using Gatehouse.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Kestrel with the gateway's limits. It is built from nothing: no settings file of the working folder and no environment variable changes its
/// behaviour.
/// </summary>
internal static class KestrelHost
{
    // RFC 9112 §2.2 lets a recipient take a single LF for a line's end. A parser that does and one that does not see two requests in the same bytes
    // (CWE-444). Kestrel reads the switch when a listener begins.
    static KestrelHost() => AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);

    /// <summary>Sets, for other listeners of the process too, that a single LF ends no line.</summary>
    public static void RequireStrictLines()
    {
        // The static constructor has done it.
    }

    public static WebApplication Build(GatewaySettings settings, GatewayHost host)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = host.State.Empty });
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().UseSockets(ListenerTransport.SetSockets);
        if (settings.Listen.Url.Scheme == Uri.UriSchemeHttps) builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, settings, host.Core.Services));
        var web = builder.Build();
        web.Run(context => IsManagement(context, settings) ? ManagementEndpoint.HandleAsync(context, host) : host.ServeAsync(context));
        return web;
    }

    /// <summary>Returns the differing settings that the listener takes only at its start, or null when there are none.</summary>
    public static string? Changed(GatewaySettings current, GatewaySettings next)
    {
        (string Key, bool Differs)[] kept =
        [
            ("listen.certificate", current.Listen.CertificateFile != next.Listen.CertificateFile),
            ("listen.key", current.Listen.KeyFile != next.Listen.KeyFile),
            ("listen.tlsEndedByProxies", !current.Listen.TlsEndedByProxies.SequenceEqual(next.Listen.TlsEndedByProxies, StringComparer.Ordinal)),
            ("administration.http.listen", !IsSame(current.Administration.Http?.Listen, next.Administration.Http?.Listen)),
            ("the largest limits.requestBytes of a server", LargestBody(current) != LargestBody(next)),
        ];
        var changed = string.Join(", ", kept.Where(setting => setting.Differs).Select(setting => setting.Key));
        return changed.Length == 0 ? null : changed;
    }

    private static bool IsSame(ListenSettings? one, ListenSettings? other) => one is null || other is null ? one == other
        : (one.Url, one.CertificateFile, one.KeyFile) == (other.Url, other.CertificateFile, other.KeyFile)
            && one.TlsEndedByProxies.SequenceEqual(other.TlsEndedByProxies, StringComparer.Ordinal);

    private static int LargestBody(GatewaySettings settings) => settings.Servers.Count == 0 ? 0 : settings.Servers.Max(server => server.RequestBytes);

    private static void Configure(KestrelServerOptions kestrel, GatewaySettings settings, GatewayServices services)
    {
        var limits = settings.Limits;
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.Limits.MaxConcurrentConnections = limits.Connections;
        kestrel.Limits.MaxRequestBodySize = LargestBody(settings);
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.HeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = 100;
        kestrel.Limits.MaxRequestLineSize = 8 << 10;
        kestrel.Limits.RequestHeadersTimeout = limits.HeaderTimeout;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(limits.MinBodyBytesPerSecond, TimeSpan.FromSeconds(5));
        // A stream may be silent for long, and a slow reader holds one bounded buffer, so replies have no minimum rate.
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.Http2.MaxStreamsPerConnection = ExchangeRegistry.MostUnknownPerConnection;
        var certificate = services.Certificates.Open("listen", settings.Listen);
        ListenerTransport.Listen(kestrel, settings.Listen.Url,
            options => ListenerTransport.Secure(options, settings.Listen, services.Connections, certificate));
        if (settings.Management.Url is { } management) ListenerTransport.Listen(kestrel, management, _ => { });
    }

    private static bool IsManagement(HttpContext context, GatewaySettings settings) =>
        settings.Management.Url is { } management && context.Connection.LocalPort == management.Port;
}
