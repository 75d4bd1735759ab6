using System.Net;
using System.Net.Sockets;
using Gatehouse.Configuration.Reading;

namespace Gatehouse.Configuration.Rules;

/// <summary>The listeners: off loopback nothing is sent in clear (ST-03), and management stays on loopback.</summary>
internal static class ListenRules
{
    public static void Check(ConfigurationSection root, bool development, FaultList faults)
    {
        var listen = root.Part("listen");
        foreach (var proxy in listen.Items("tlsEndedByProxies")) CheckProxy(proxy, faults);
        if (listen.Find("url") is { } url) CheckListen(listen, url, development, faults);
        CheckClientCertificates(root, listen, faults);
        if (root.Part("management").Find("url") is { } management) CheckManagement(management, listen.Get<Uri>("url"), faults);
    }

    private static void CheckClientCertificates(ConfigurationSection root, ConfigurationSection listen, FaultList faults)
    {
        if (listen.Find("clientCertificates") is not { } value) return;
        if (value.Text == "ask" && listen.Get<Uri>("url") is { Scheme: "http" })
            faults.Add(value, "without TLS, no client can present a certificate", "listen on https://, or write 'header' where a proxy ends TLS");
        if (value.Text == "header" && listen.Items("tlsEndedByProxies").Count == 0)
            faults.Add(value, "no proxy is named, so every client could send the header", "name the proxies that end TLS in 'tlsEndedByProxies'");
        if (value.Text != "off") return;
        foreach (var server in root.Parts("servers").Select(server => server.Find("senderConstraint")).OfType<ConfiguredValue>()
            .Where(wish => wish.Text == "mtls"))
            faults.Add(server, "no client can present a certificate, so no token would be accepted", "set 'listen.clientCertificates', or require 'dpop'");
    }

    private static void CheckListen(ConfigurationSection listen, ConfiguredValue value, bool development, FaultList faults)
    {
        var url = (Uri)value.Content;
        CheckAddress(value, url, faults);
        if (url.Scheme == Uri.UriSchemeHttps) CheckHttps(listen, value, faults);
        else CheckHttp(listen, value, url, faults);
        if (development && !UrlText.IsLoopback(url))
            faults.Add(value, "--dev listens on loopback only", "write http://127.0.0.1:8080, or run without --dev");
    }

    private static void CheckHttps(ConfigurationSection listen, ConfiguredValue value, FaultList faults)
    {
        if (!listen.Wrote("certificate") && !listen.Wrote("key"))
            faults.Add(value, "https needs a certificate", "add 'listen.certificate' and 'listen.key'");
    }

    private static void CheckHttp(ConfigurationSection listen, ConfiguredValue value, Uri url, FaultList faults)
    {
        if (listen.Wrote("certificate"))
            faults.Add(value, "a certificate is configured, but http does not use it", "write https://, or remove 'listen.certificate' and 'listen.key'");
        else if (!UrlText.IsLoopback(url) && !listen.Wrote("tlsEndedByProxies"))
            faults.Add(value, "off loopback, the gateway would send data without TLS",
                "write https:// with 'listen.certificate' and 'listen.key', or name the proxies that end TLS in 'listen.tlsEndedByProxies'");
        else if (!UrlText.IsLoopback(url) && listen.Find("tlsEndedByProxies") is { Items.Count: 0 } none)
            faults.Add(none, "off loopback, the gateway would send data without TLS, because no proxy is named", "give the addresses of the proxies that end TLS");
    }

    private static void CheckManagement(ConfiguredValue value, Uri? listen, FaultList faults)
    {
        var url = (Uri)value.Content;
        CheckAddress(value, url, faults);
        if (!UrlText.IsLoopback(url))
            faults.Add(value, "the management listener is available only on loopback", "write http://127.0.0.1 with a port");
        if (url.Scheme != Uri.UriSchemeHttp)
            faults.Add(value, "the management listener has no certificate", "write http:// on loopback");
        if (listen is not null && listen.Port == url.Port && url.Port != 0)
            faults.Add(value, "the management listener and the gateway have the same port", "choose another port");
    }

    // The server takes an unknown host for every address of the machine. The written address must be the bound one.
    private static void CheckAddress(ConfiguredValue value, Uri url, FaultList faults)
    {
        if (UrlText.Address(url) is null && !UrlText.IsLoopback(url))
            faults.Add(value, "the host of a listener is neither an IP address nor localhost",
                "write the address to listen on, e.g. 0.0.0.0 for all");
        if (!UrlText.IsOrigin(url))
            faults.Add(value, "a listener has no path or query", "write scheme, host and port only");
    }

    // Short and octal forms are other addresses to other readers.
    private static void CheckProxy(ConfiguredItem proxy, FaultList faults)
    {
        var isAddress = IPAddress.TryParse(proxy.Text, out var address)
            && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == proxy.Text);
        if (!isAddress)
            faults.Add(proxy, "this is not an IP address", "write the address of the proxy, e.g. 10.0.0.5; names and ranges are not taken");
        else if (address!.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            faults.Add(proxy, "this matches every address", "name the proxies one by one");
    }
}
