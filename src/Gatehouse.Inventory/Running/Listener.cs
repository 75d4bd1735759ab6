using System.Net;

namespace Gatehouse.Inventory.Running;

/// <summary>A port that listens.</summary>
/// <param name="Address">The address it is bound to.</param>
/// <param name="Port">The port.</param>
internal sealed record Listener(IPAddress Address, int Port)
{
    /// <summary>True when it is bound to all addresses.</summary>
    public bool IsOpen => Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any);

    /// <summary>The loopback address that reaches it.</summary>
    public IPAddress Loopback =>
        Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
}
