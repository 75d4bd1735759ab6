using Gatehouse.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Records;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Gateway.AdministrationHttp;

/// <summary>
/// The listener of the administration interface. It is a server of its own with its own connections: callers of MCP who take every connection of
/// theirs lock no administrator out (CWE-770).
/// </summary>
public sealed class AdministrationListener : IAsyncDisposable
{
    /// <summary>The most connections at one time. One address block gets <c>limits.callerShare</c> percent of them.</summary>
    public const int MostConnections = 256;

    private readonly WebApplication web;

    private AdministrationListener(WebApplication web) => this.web = web;

    /// <summary>Starts the listener of the configuration in force; null where it has none.</summary>
    /// <param name="host">The host, which has started.</param>
    /// <exception cref="IOException">The address is in use.</exception>
    /// <exception cref="InvalidDataException">The certificate cannot be read.</exception>
    public static async Task<AdministrationListener?> StartAsync(GatewayHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var settings = host.Snapshots.Current.Settings;
        if (settings.Administration.Http is not { } http) return null;
        var listener = new AdministrationListener(Build(settings, http, host));
        try
        {
            await listener.web.StartAsync().ConfigureAwait(false);
            return listener;
        }
        catch
        {
            await listener.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => web.DisposeAsync();

    private static WebApplication Build(GatewaySettings settings, AdministrationHttpSettings http, GatewayHost host)
    {
        KestrelHost.RequireStrictLines();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = host.State.Empty });
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().UseSockets(ListenerTransport.SetSockets);
        if (http.Listen.Url.Scheme == Uri.UriSchemeHttps) builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, settings, http.Listen, host.Core.Services));
        var web = builder.Build();
        var endpoint = new AdministrationEndpoint(host);
        web.Run(endpoint.HandleAsync);
        return web;
    }

    private static void Configure(KestrelServerOptions kestrel, GatewaySettings settings, ListenSettings listen, GatewayServices services)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.MaxRequestBodySize = ActTable.MaxBodyBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = settings.Limits.HeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = 100;
        kestrel.Limits.MaxRequestLineSize = 4 << 10;
        kestrel.Limits.RequestHeadersTimeout = settings.Limits.HeaderTimeout;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(settings.Limits.MinBodyBytesPerSecond, TimeSpan.FromSeconds(5));
        kestrel.Limits.Http2.MaxStreamsPerConnection = 16;
        var connections = new ConnectionLimiter(
            address => PeerPartition.PartitionOf(listen, address), () => PartitionedBudget.PartOf(MostConnections, services.CallerShare()),
            services.Options.Time, services.Log);
        var certificate = services.Certificates.Open("administration.http.listen", listen);
        ListenerTransport.Listen(kestrel, listen.Url, options => ListenerTransport.Secure(options, listen, connections, certificate));
    }
}
