using System.Net;
using Gatehouse.Identity.Partitions;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Records;

/// <summary>The partition of a request that is identified only by its connection.</summary>
internal static class PeerPartition
{
    /// <summary>
    /// Returns the named proxy that a connection comes from, in the spelling of the configuration; null for a connection from another address.
    /// </summary>
    public static string? ProxyOf(GatewaySettings settings, IPAddress? address)
    {
        var proxies = settings.Listen.TlsEndedByProxies;
        if (proxies.Count == 0 || address is null) return null;
        var peer = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var proxy in proxies)
        {
            if (IPAddress.Parse(proxy).Equals(peer)) return proxy;
        }

        return null;
    }

    /// <summary>
    /// Returns the address block of a peer of a listener with these settings. Behind proxies that end TLS, every request comes from a proxy and
    /// forwarding headers are not read. The peers cannot be distinguished, so they share the unknown partition.
    /// </summary>
    public static CallerPartition PartitionOf(GatewaySettings settings, IPAddress? address) => PartitionOf(settings.Listen, address);

    /// <summary>Returns the same for a listener by itself.</summary>
    public static CallerPartition PartitionOf(ListenSettings listen, IPAddress? address) =>
        listen.TlsEndedByProxies.Count > 0 ? CallerPartition.Unknown : CallerPartition.Of(address);
}
