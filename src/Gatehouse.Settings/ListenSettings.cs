namespace Gatehouse.Settings;

/// <summary>The listening address and how TLS is done. Off loopback nothing is spoken in clear (ST-03).</summary>
public sealed record ListenSettings
{
    /// <summary>Address, e.g. <c>https://0.0.0.0:8443</c>; port 0 takes a free one. Default <c>http://127.0.0.1:8080</c>.</summary>
    public Uri Url { get; init; } = new("http://127.0.0.1:8080");

    /// <summary>PEM file of the certificate chain. Re-read when it changes.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of the private key.</summary>
    public string? KeyFile { get; init; }

    /// <summary>
    /// Addresses of the proxies that end TLS before the gateway. Only connections from them are served then, and only
    /// from them forwarding headers would count.
    /// </summary>
    public IReadOnlyList<string> TlsEndedByProxies { get; init; } = [];

    /// <summary>Where certificates of clients come from. Default off.</summary>
    public ClientCertificates ClientCertificates { get; init; }
}

/// <summary>Where certificates of clients come from.</summary>
public enum ClientCertificates
{
    /// <summary>Nowhere: none is asked for and no header is believed. The default.</summary>
    Off,

    /// <summary>From the TLS connection; a client need not have one.</summary>
    Ask,

    /// <summary>From the header Client-Cert of the proxies that end TLS (RFC 9440), which must remove what a client sends by that name.</summary>
    Header,
}
