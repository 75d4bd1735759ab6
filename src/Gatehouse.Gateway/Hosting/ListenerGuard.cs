using System.Net;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Off loopback nothing is sent in clear (ST-03). The configuration's own checks name the same fault with its line. This check holds whatever the
/// settings were made from.
/// </summary>
public static class ListenerGuard
{
    /// <summary>Returns when the gateway may listen with these settings.</summary>
    /// <exception cref="InvalidDataException">It would speak in clear off loopback; the message names the remedies.</exception>
    public static void Require(GatewaySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Require(settings, settings.Listen, "the gateway", "listen");
        if (settings.Administration.Http is not { } http) return;
        Require(settings, http.Listen, "the administration interface", "administration.http.listen");
        // Threat: an agent, or a page that it opened, reaches the acts of administrators where it reaches MCP.
        if (http.Listen.Url.Port == settings.Listen.Url.Port || http.Listen.Url.Port == settings.Management.Url?.Port)
            throw new InvalidDataException("the administration interface has the port of another listener; choose another port in administration.http.listen.url");
    }

    private static void Require(GatewaySettings settings, ListenSettings listen, string who, string path)
    {
        var loopback = IsLoopback(listen.Url);
        if (settings.Development && (!loopback || !IsLoopback(settings.PublicUrl)))
            throw new InvalidDataException("--dev serves loopback only: its issuer gives tokens to whoever may use the control socket");
        if (loopback || listen.Url.Scheme == Uri.UriSchemeHttps || listen.TlsEndedByProxies.Count > 0) return;
        throw new InvalidDataException(
            $"{who} would listen on {listen.Url} without TLS; give {path}.certificate and {path}.key, "
            + $"or name the proxies that end TLS in {path}.tlsEndedByProxies, or listen on 127.0.0.1");
    }

    /// <summary>Returns true for <c>localhost</c> and loopback addresses.</summary>
    public static bool IsLoopback(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
    }
}
