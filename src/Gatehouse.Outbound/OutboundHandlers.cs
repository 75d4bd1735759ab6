using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Gatehouse.Outbound;

/// <summary>
/// The one factory of outgoing HTTP clients (design rule 3): no cookies, redirects, environment proxy, decompression or ambient credentials. A
/// connection uses exactly the address that was judged, so that a name cannot change between check and use.
/// </summary>
public sealed class OutboundHandlers(INameResolver resolver, TimeProvider? time = null)
{
    private readonly TimeProvider time = time ?? TimeProvider.System;

    /// <summary>Authorities that replace those of the system; only for tests.</summary>
    internal X509Certificate2Collection? Roots { get; init; }

    /// <summary>Creates a handler.</summary>
    /// <param name="trust">The origin of the URL.</param>
    /// <param name="pins">SHA-256 of accepted public keys (SPKI), base64; empty accepts the authorities that the system trusts.</param>
    /// <param name="connectTimeout">Time limit to connect.</param>
    /// <exception cref="ArgumentOutOfRangeException">The trust is that of the platform's identities, which no URL has.</exception>
    public SocketsHttpHandler Create(DestinationTrust trust, IReadOnlyList<string> pins, TimeSpan connectTimeout) =>
        Create(trust, pins, connectTimeout, null);

    /// <summary>Creates a handler that accepts no certificate which is revoked, or whose revocation state has no current source.</summary>
    internal SocketsHttpHandler Create(DestinationTrust trust, IReadOnlyList<string> pins, TimeSpan connectTimeout, UpstreamRevocations? revocations)
    {
        ArgumentNullException.ThrowIfNull(pins);
        ArgumentOutOfRangeException.ThrowIfEqual(trust, DestinationTrust.PlatformIdentity);
        return Create(Connector(trust, pins, revocations), connectTimeout);
    }

    /// <summary>Creates the handler of the client for managed identities. It connects to these endpoints and to nothing else.</summary>
    internal SocketsHttpHandler Create(IdentityEndpoints endpoints, TimeSpan connectTimeout) =>
        Create(new OutboundConnector(resolver, DestinationTrust.PlatformIdentity, time) { Endpoints = endpoints }, connectTimeout);

    private static SocketsHttpHandler Create(OutboundConnector connector, TimeSpan connectTimeout)
    {
#pragma warning disable RS0030 // This is the factory.
        return new SocketsHttpHandler
#pragma warning restore RS0030
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            UseProxy = false,
            Proxy = null,
            AutomaticDecompression = DecompressionMethods.None,
            Credentials = null,
            PreAuthenticate = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = connectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            EnableMultipleHttp2Connections = true,
            MaxResponseHeadersLength = 64,
            ConnectCallback = (context, cancellation) => connector.ConnectAsync(context.DnsEndPoint, cancellation),
            SslOptions = connector.NewTlsOptions(),
        };
    }

    /// <summary>Returns the connector for these rules.</summary>
    internal OutboundConnector Connector(DestinationTrust trust, IReadOnlyList<string> pins, UpstreamRevocations? revocations) =>
        new(resolver, trust, time) { Pins = pins, Revocations = revocations, Roots = Roots };
}
