using Gatehouse.Settings;

namespace Gatehouse.Outbound;

/// <summary>
/// The hosts that the configuration names for its issuers, for the providers at which people sign in, and for the services that they connect. If the
/// metadata of one name an address on one of them, the address is as trusted as the issuer. An address on any other host counts as learned from
/// others. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The threat: an issuer's metadata names a keys or introspection address inside the network, and the gateway connects to it. If it is the
/// introspection address, the gateway also sends its own secret (SSRF, MCP rows E01 to E05).
/// </remarks>
public sealed class ConfiguredHosts
{
    private volatile HashSet<string> hosts;

    /// <summary>Creates the set with the hosts of a configuration.</summary>
    public ConfiguredHosts(GatewaySettings settings) => hosts = Of(settings);

    /// <summary>Creates the set with the hosts of these issuers.</summary>
    public ConfiguredHosts(IEnumerable<IssuerSettings> issuers) => hosts = Of(issuers);

    /// <summary>Returns the trust in an address by its host.</summary>
    public DestinationTrust TrustOf(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return hosts.Contains(address.IdnHost) ? DestinationTrust.Configured : DestinationTrust.Learned;
    }

    /// <summary>Adds the hosts of a configuration that is about to be in force.</summary>
    public void Expect(GatewaySettings next) => hosts = [.. hosts, .. Of(next)];

    /// <summary>Replaces all hosts with those of the configuration in force.</summary>
    public void Use(GatewaySettings settings) => hosts = Of(settings);

    private static HashSet<string> Of(GatewaySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var named = Of(settings.Issuers);
        foreach (var provider in settings.AuthorizationServer?.Providers ?? []) Add(named, provider.Issuer, provider.Metadata, provider.Hosts);
        foreach (var provider in settings.ConnectionProviders)
        {
            if (provider.Issuer is { } issuer) Add(named, issuer, null, []);
            foreach (var endpoint in new[] { provider.TokenEndpoint, provider.RevocationEndpoint })
            {
                if (endpoint is not null) named.Add(endpoint.IdnHost);
            }
        }

        return named;
    }

    private static HashSet<string> Of(IEnumerable<IssuerSettings> issuers)
    {
        var named = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var issuer in issuers)
        {
            Add(named, issuer.Issuer, issuer.Metadata, issuer.Hosts);
            if (issuer.Introspection?.Endpoint is { } endpoint) named.Add(endpoint.IdnHost);
        }

        return named;
    }

    private static void Add(HashSet<string> named, string issuer, Uri? metadata, IReadOnlyList<string> further)
    {
        if (Uri.TryCreate(issuer, UriKind.Absolute, out var uri)) named.Add(uri.IdnHost);
        if (metadata is not null) named.Add(metadata.IdnHost);
        named.UnionWith(further);
    }
}
