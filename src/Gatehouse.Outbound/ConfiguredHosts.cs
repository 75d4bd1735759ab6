using Gatehouse.Settings;

namespace Gatehouse.Outbound;

/// <summary>
/// The hosts that the configuration names for its issuers. An address that an issuer's metadata name on one of them is as trusted as the
/// issuer; one on any other host is learned from others. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The threat: metadata of an issuer name a keys or introspection address inside the network, and the gateway goes there, with its own
/// secret where the address is that of the introspection (SSRF, MCP rows E01 to E05).
/// </remarks>
public sealed class ConfiguredHosts
{
    private volatile HashSet<string> hosts;

    /// <summary>The hosts of a configuration.</summary>
    public ConfiguredHosts(GatewaySettings settings) => hosts = Of(settings);

    /// <summary>The hosts of these issuers.</summary>
    public ConfiguredHosts(IEnumerable<IssuerSettings> issuers) => hosts = Of(issuers);

    /// <summary>Where an address comes from.</summary>
    public DestinationTrust TrustOf(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return hosts.Contains(address.IdnHost) ? DestinationTrust.Configured : DestinationTrust.Learned;
    }

    /// <summary>Adds the hosts of a configuration that is about to be in force.</summary>
    public void Expect(GatewaySettings next) => hosts = [.. hosts, .. Of(next)];

    /// <summary>Takes the hosts of the configuration in force, and no others.</summary>
    public void Use(GatewaySettings settings) => hosts = Of(settings);

    private static HashSet<string> Of(GatewaySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Of(settings.Issuers);
    }

    private static HashSet<string> Of(IEnumerable<IssuerSettings> issuers)
    {
        var named = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var issuer in issuers)
        {
            if (Uri.TryCreate(issuer.Issuer, UriKind.Absolute, out var uri)) named.Add(uri.IdnHost);
            if (issuer.Metadata is { } metadata) named.Add(metadata.IdnHost);
            if (issuer.Introspection?.Endpoint is { } endpoint) named.Add(endpoint.IdnHost);
            named.UnionWith(issuer.Hosts);
        }

        return named;
    }
}
