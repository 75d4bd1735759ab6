using System.Net;
using Gatehouse.Identity.Partitions;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Accept;

/// <summary>Who sends a request while nothing but the connection tells.</summary>
internal static class PeerPartition
{
    /// <summary>
    /// The address block of the peer. Behind proxies that end TLS every request comes from a proxy and forwarding headers are not read, so
    /// that peers cannot be told apart: they are the unknown partition together.
    /// </summary>
    public static CallerPartition PartitionOf(Exchange exchange) => PartitionOf(exchange.Snapshot.Settings, exchange.Head.PeerAddress);

    /// <summary>The named proxy that a connection comes from, as configuration writes it; null for one that does not come from one.</summary>
    public static string? ProxyOf(GatewaySettings settings, IPAddress? address)
    {
        var proxies = settings.Listen.TlsEndedByProxies;
        if (proxies.Count == 0 || address is null) return null;
        var peer = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return proxies.FirstOrDefault(proxy => IPAddress.Parse(proxy).Equals(peer));
    }

    /// <summary>The address block of a peer of a listener with these settings.</summary>
    public static CallerPartition PartitionOf(GatewaySettings settings, IPAddress? address) =>
        settings.Listen.TlsEndedByProxies.Count > 0 ? CallerPartition.Unknown : CallerPartition.Of(address);
}
