using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Range.Running;

/// <summary>Small web servers and clients of this machine alone.</summary>
internal static class Loopback
{
    public static readonly HttpMessageInvoker Client = new(NewHandler(followsRedirects: false));

    /// <summary>A client that follows redirects, as HTTP clients do by default.</summary>
    public static readonly HttpMessageInvoker RedirectFollowingClient = new(NewHandler(followsRedirects: true));

    /// <summary>A client that repeats what got no answer, as libraries for resilience do where nothing else is configured.</summary>
    public static readonly HttpMessageInvoker RepeatingClient = new(new RepeatingHandler(NewHandler(followsRedirects: false)));

    private const int FirstPort = 12_000;
    private const int Ports = 19_000;

    // Processes that run beside each other begin far apart.
    private static int nextPort = RandomNumberGenerator.GetInt32(Ports);

    /// <summary>A web server on a free port.</summary>
    /// <param name="connections">Connections at once; null for any number.</param>
    public static WebApplication Build(int? connections = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMilliseconds(300));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            k.Limits.MaxConcurrentConnections = connections;
            k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http1);
        });
        return builder.Build().WithoutScanProbes();
    }

    /// <summary>Whether one can connect from 127.0.0.2 as well.</summary>
    public static bool HasSecondAddress()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>
    /// A port that is free now. It lies below those that systems give to outgoing connections, so that none of these takes it before a server that is
    /// still to be started listens there.
    /// </summary>
    public static int FreePort()
    {
        for (var tries = 0; tries < Ports; tries++)
        {
            var port = FirstPort + (int)((uint)Interlocked.Increment(ref nextPort) % Ports);
            if (IsFree(port)) return port;
        }

        throw new InvalidOperationException("no port of this machine is free");
    }

    private static SocketsHttpHandler NewHandler(bool followsRedirects) => new()
    {
        UseCookies = false,
        AllowAutoRedirect = followsRedirects,
        UseProxy = false,
        ActivityHeadersPropagator = null,
    };

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
