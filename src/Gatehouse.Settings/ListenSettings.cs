namespace Gatehouse.Settings;

/// <summary>The listening address and its TLS settings. Only loopback is served without TLS (ST-03).</summary>
public sealed record ListenSettings
{
    /// <summary>Address, e.g. <c>https://0.0.0.0:8443</c>; port 0 takes a free port. Default <c>http://127.0.0.1:8080</c>.</summary>
    public Uri Url { get; init; } = new("http://127.0.0.1:8080");

    /// <summary>PEM file of the certificate chain. The gateway reads it again when it changes.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of the private key.</summary>
    public string? KeyFile { get; init; }

    /// <summary>
    /// Addresses of the proxies that end TLS before the gateway. If any are set, only connections from them are served. Forwarding headers would
    /// count only from them.
    /// </summary>
    public IReadOnlyList<string> TlsEndedByProxies { get; init; } = [];

    /// <summary>Source of client certificates. Default off.</summary>
    public ClientCertificates ClientCertificates { get; init; }
}

/// <summary>Sources of client certificates.</summary>
public enum ClientCertificates
{
    /// <summary>None: the gateway asks for no certificate and believes no header. The default.</summary>
    Off,

    /// <summary>The TLS connection; a certificate is optional for a client.</summary>
    Ask,

    /// <summary>The header Client-Cert of the proxies that end TLS (RFC 9440). They must remove a header of that name that a client sends.</summary>
    Header,
}
