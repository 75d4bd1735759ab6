namespace Gatehouse.Settings;

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
