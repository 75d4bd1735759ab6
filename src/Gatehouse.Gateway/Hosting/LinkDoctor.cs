using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Hosting;

/// <summary>Reports how each link of a configuration is protected, and which unproven statements the gateway believes (ST-03).</summary>
public static class LinkDoctor
{
    private const string Ended = "TLS 1.3 or 1.2";

    /// <summary>Returns the reports on callers, the proxies that end TLS for them, and the servers, in this order.</summary>
    public static IReadOnlyList<LinkReport> Examine(GatewaySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return [Callers(settings.Listen), .. settings.Listen.TlsEndedByProxies.Select(proxy => Proxy(proxy, settings.Listen)),
            .. settings.Servers.Select(Server)];
    }

    private static LinkReport Callers(ListenSettings listen) =>
        new("callers", (listen.Url.Scheme == Uri.UriSchemeHttps, listen.TlsEndedByProxies.Count > 0) switch
        {
            (true, true) => $"{Ended}, only from the named proxies",
            (true, false) => $"{Ended}, ended by the gateway",
            (false, true) => "without TLS, only from the named proxies",
            _ => "without TLS, within this machine",
        })
        {
            Believed = listen.ClientCertificates == ClientCertificates.Ask ? "the certificate whose key the connection proves" : null,
        };

    private static LinkReport Proxy(string address, ListenSettings listen) =>
        new($"proxy {address}", listen.Url.Scheme == Uri.UriSchemeHttps ? Ended : "without TLS: use a network without other machines")
        {
            Believed = listen.ClientCertificates == ClientCertificates.Header
            ? "that it ended TLS, and the certificate of the caller in Client-Cert; no forwarding header"
            : "that it ended TLS; no forwarding header, no certificate of a caller",
        };

    private static LinkReport Server(ServerSettings server) =>
        new($"server {server.Name}", server.Http is { } http ? Http(http) : "a process of this machine");

    private static string Http(HttpUpstreamSettings http)
    {
        if (http.Url.Scheme != Uri.UriSchemeHttps) return "without TLS, within this machine";
        if (http.Pins.Count > 0) return $"{Ended}; {Counted.Of(http.Pins.Count, "pinned key")} and no authority";
        return $"{Ended}; authorities of the system; revocation: {http.RevocationList ?? "not checked"}";
    }
}
