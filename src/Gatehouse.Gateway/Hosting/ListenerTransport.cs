using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Outbound;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gatehouse.Gateway.Hosting;

/// <summary>Address, sources and TLS of a listener, the same for the listener of MCP and the one of administration.</summary>
internal static class ListenerTransport
{
    /// <summary>
    /// Sets the options of the sockets (docs/reference/connections.md). Those that are the platform's as well are fixed here, so that a new version
    /// of it does not change them.
    /// </summary>
    public static void SetSockets(SocketTransportOptions sockets)
    {
        sockets.CreateBoundListenSocket = static endpoint =>
        {
            var listener = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            KeepAliveProbes.Set(listener); // the connections that it accepts have them from it
            return listener;
        };
        sockets.NoDelay = true;
        sockets.Backlog = 512;
        sockets.WaitForDataBeforeAllocatingBuffer = true;
        sockets.UnsafePreferInlineScheduling = false;
    }

    /// <summary>Binds an address: an IP address, or <c>localhost</c> for loopback.</summary>
    public static void Listen(KestrelServerOptions kestrel, Uri url, Action<ListenOptions> configure)
    {
        if (url.Host == "localhost" && url.Port != 0) kestrel.ListenLocalhost(url.Port, configure);
        else kestrel.Listen(url.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(url.Host.Trim('[', ']')), url.Port, configure);
    }

    /// <summary>Sets who may connect, how many connections a source has, and TLS.</summary>
    /// <param name="options">The address.</param>
    /// <param name="listen">Its settings.</param>
    /// <param name="connections">Counts connections by their source, before TLS, which costs the host more than the source.</param>
    /// <param name="certificate">The certificate for TLS; null for a listener without TLS.</param>
    public static void Secure(ListenOptions options, ListenSettings listen, ConnectionLimiter connections, ServerCertificate? certificate)
    {
        if (listen.TlsEndedByProxies.Count > 0) OnlyFrom(options, listen.TlsEndedByProxies);
        options.Use(next => connection => connections.ServeAsync(connection, next));
        if (certificate is null) return;
        var asks = listen.ClientCertificates == ClientCertificates.Ask;
        options.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(Handshake(certificate.Current, asks)) });
    }

    private static SslServerAuthenticationOptions Handshake(SslStreamCertificateContext certificate, bool asksForCertificates) => new()
    {
        ServerCertificateContext = certificate,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = asksForCertificates,
        // Any client certificate, or none, may be shown: the token bound to it, or its issuer, decides its worth (RFC 8705 §2, §3).
#pragma warning disable CA5359 // The side that is validated here is the client.
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
        // The platform builds a chain before the callback is asked. Without this it would fetch the addresses that a stranger's certificate names
        // (CWE-918), and a silent one would hold the handshakes of all.
        CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
        // Each connection proves both keys again. A resumed one would repeat the client certificate of an earlier one, under a ticket key that lives
        // as long as this context (RFC 8446 §2.2, appendix C.4).
        AllowTlsResume = false,
    };

    // The proxies that end TLS for the gateway are named by address. A connection from any other address would be in clear.
    private static void OnlyFrom(ListenOptions options, IReadOnlyList<string> proxies)
    {
        var allowed = proxies.Select(IPAddress.Parse).ToHashSet();
        options.Use(next => async connection =>
        {
            var remote = (connection.RemoteEndPoint as IPEndPoint)?.Address;
            if (remote is { IsIPv4MappedToIPv6: true }) remote = remote.MapToIPv4();
            if (remote is not null && allowed.Contains(remote)) await next(connection).ConfigureAwait(false);
            else connection.Abort();
        });
    }
}
