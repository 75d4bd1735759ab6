using Gatehouse.Diagnostics;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Hosting;

/// <summary>Reports how each link of a configuration is protected, and which unproven statements the gateway believes (ST-03).</summary>
public static class LinkDoctor
{
    private const string Ended = "TLS 1.3 or 1.2";

    /// <summary>
    /// Returns the reports on callers and the proxies that end TLS for them, then the same of administration over HTTP, then the servers.
    /// </summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="now">The moment at which certificates of the gateway are near their end or not.</param>
    public static IReadOnlyList<LinkReport> Examine(GatewaySettings settings, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return [.. Listener("callers", "proxy", settings.Listen, now),
            .. settings.Administration.Http is { } http ? Listener("administration", "administration proxy", http.Listen, now) : [],
            .. settings.Servers.Select(Server)];
    }

    private static IEnumerable<LinkReport> Listener(string callers, string proxy, ListenSettings listen, DateTimeOffset now) =>
        [WithCertificate(Callers(callers, listen), listen, now), .. listen.TlsEndedByProxies.Select(address => Proxy($"{proxy} {address}", listen))];

    private static LinkReport WithCertificate(LinkReport report, ListenSettings listen, DateTimeOffset now)
    {
        if (listen.Url.Scheme != Uri.UriSchemeHttps || listen.CertificateFile is not { } file || listen.KeyFile is not { } key) return report;
        try
        {
            var expiry = CertificateExpiry.Of(ServerCertificate.Read(file, key));
            return report with
            {
                Certificate = $"{file} {expiry.DescribeAt(now)}",
                CertificateExpiresAt = expiry.NotAfter,
                CertificateRemedy = expiry.StateAt(now) switch
                {
                    CertificateState.Valid => null,
                    CertificateState.NotYetValid => OperatorEvents.CertificateNotYetValid.Remedy,
                    _ => OperatorEvents.CertificateExpires.Remedy,
                },
            };
        }
        catch (Exception e) when (ServerCertificate.IsFault(e))
        {
            return report with
            {
                Certificate = $"{file} with the key {key} cannot be used: {e.Message}",
                CertificateRemedy = e is FileNotFoundException or DirectoryNotFoundException
                    ? "Write the certificate and its key to these paths, or correct the paths in the configuration."
                    : "Run the command with the account of the gateway. If it cannot use them either, replace both files.",
            };
        }
    }

    private static LinkReport Callers(string name, ListenSettings listen) =>
        new(name, (listen.Url.Scheme == Uri.UriSchemeHttps, listen.TlsEndedByProxies.Count > 0) switch
        {
            (true, true) => $"{Ended}, only from the named proxies",
            (true, false) => $"{Ended}, ended by the gateway",
            (false, true) => "without TLS, only from the named proxies",
            _ => "without TLS, within this machine",
        })
        {
            Believed = listen.ClientCertificates == ClientCertificates.Ask ? "the certificate whose key the connection proves" : null,
        };

    private static LinkReport Proxy(string name, ListenSettings listen) =>
        new(name, listen.Url.Scheme == Uri.UriSchemeHttps ? Ended : "without TLS: use a network without other machines")
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
