using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Outbound;

/// <summary>
/// Rules for the addresses that the gateway may connect to. They judge the address that is really used, never the text of a URL: octal, hexadecimal
/// and mapped forms are all one <see cref="IPAddress"/> by then (E03, E04).
/// </summary>
public static class AddressRules
{
    private static readonly IPNetwork[] LinkLocal =
    [
        IPNetwork.Parse("169.254.0.0/16"), // includes the cloud metadata address
        IPNetwork.Parse("fe80::/10"),
        IPNetwork.Parse("fd00:ec2::254/128"), // metadata over IPv6
        IPNetwork.Parse("fd20:ce::254/128"),
        IPNetwork.Parse("fd00:c1::a9fe:a9fe/128"),
        IPNetwork.Parse("100.100.100.200/32"),
        IPNetwork.Parse("168.63.129.16/32"), // the platform's own server in Azure, which serves configuration
    ];

    private static readonly IPNetwork[] NotPublic =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"),
        IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("192.88.99.0/24"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"), IPNetwork.Parse("203.0.113.0/24"),
        IPNetwork.Parse("224.0.0.0/4"), IPNetwork.Parse("240.0.0.0/4"),
        IPNetwork.Parse("::/128"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("64:ff9b:1::/48"),
        IPNetwork.Parse("100::/64"), IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"),
        IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fec0::/10"), IPNetwork.Parse("ff00::/8"),
    ];

    private static readonly IPNetwork PlatformLinkLocal = IPNetwork.Parse("169.254.0.0/16");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork LocalNat64 = IPNetwork.Parse("64:ff9b:1::/48");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>Tells whether the gateway may connect to the address for a URL of that origin.</summary>
    public static bool Allows(IPAddress address, DestinationTrust trust)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (trust == DestinationTrust.PlatformIdentity) return IsOfPlatform(address);
        var real = Unwrap(address);
        if (Contains(LinkLocal, real) || CarriesLinkLocal(real)) return false;
        return trust == DestinationTrust.Configured || !Contains(NotPublic, real);
    }

    // Addresses that only this machine and its host can answer. Nothing is unwrapped: a form that carries another address does not count.
    private static bool IsOfPlatform(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? IPAddress.IsLoopback(address) || PlatformLinkLocal.Contains(address)
        : address.Equals(IPAddress.IPv6Loopback);

    // An IPv6 address that carries an IPv4 address is judged by the IPv4 address: ::ffff:169.254.169.254 is the metadata address.
    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (Nat64.Contains(address)) return new IPAddress(bytes[12..]);
        if (SixToFour.Contains(address)) return new IPAddress(bytes[2..6]);
        var compatible = bytes[..12].IndexOfAnyExcept((byte)0) < 0 && bytes[12] != 0;
        return compatible ? new IPAddress(bytes[12..]) : address;
    }

    // RFC 8215: an operator's own NAT64 translates the address by the length of its prefix, which only the operator knows. So each place where RFC
    // 6052 §2.2 may put the IPv4 address counts.
    private static bool CarriesLinkLocal(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || !LocalNat64.Contains(address)) return false;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return Contains(LinkLocal, new IPAddress([bytes[6], bytes[7], bytes[9], bytes[10]]))
            || Contains(LinkLocal, new IPAddress([bytes[7], bytes[9], bytes[10], bytes[11]]))
            || Contains(LinkLocal, new IPAddress([bytes[9], bytes[10], bytes[11], bytes[12]]))
            || Contains(LinkLocal, new IPAddress(bytes[12..]));
    }

    private static bool Contains(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address)) return true;
        }

        return false;
    }
}
