namespace Gatehouse.Outbound;

/// <summary>The origin of a URL, which decides the addresses that it may lead to (design rule 3, E01-E06).</summary>
public enum DestinationTrust
{
    /// <summary>Named in configuration: any address except link-local ones, where clouds have their metadata services.</summary>
    Configured,

    /// <summary>Learned from others (metadata, documents): only public addresses, only by https.</summary>
    Learned,

    /// <summary>
    /// The endpoint of managed identities that the platform names: only loopback and 169.254.0.0/16, only the endpoints of
    /// <see cref="IdentityEndpoints"/>.
    /// </summary>
    /// <remarks>
    /// Threat: every process of the machine may ask this endpoint for tokens of its identity. A URL that leads there makes the gateway fetch one, and
    /// pass it on (CWE-918, design rule 3). So this trust belongs to a client and never to a URL: <see cref="ConfiguredHosts"/> does not give it,
    /// <see cref="OutboundHandlers.Create(DestinationTrust, IReadOnlyList{string}, TimeSpan)"/> refuses it, and the connector takes it only together
    /// with the endpoints, which come from variables of the process and from no configuration, metadata or answer.
    /// </remarks>
    PlatformIdentity,
}
