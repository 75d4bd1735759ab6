using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Identity.Partitions;

/// <summary>
/// The party whose part of a bounded resource is used: a caller by issuer and subject, whatever client, session, key or address it uses. Where no
/// caller is known yet, it is the address block of the peer. Two partitions are equal when one caller could be behind both.
/// </summary>
/// <remarks>
/// The threat: one caller takes a bound that all callers have in common, so that all other callers are refused (CWE-770). A client id, a session or a
/// key is free to make, so none of them is part of the partition. Of an IPv6 address the first 64 bits count (one subscriber usually has at least
/// such a prefix, RFC 6177), of an IPv4 address all 32.
/// </remarks>
public readonly record struct CallerPartition
{
    private const int NetworkBytesV4 = 3;
    private const int NetworkBytesV6 = 6;

    private CallerPartition(string first, string second) => (First, Second) = (first, second);

    private string First { get; }

    private string Second { get; }

    /// <summary>Callers of which nothing is known, not even an address (a Unix socket).</summary>
    public static CallerPartition Unknown { get; } = new("", "");

    /// <summary>True when no caller is known: the partition is an address block.</summary>
    public bool IsAnonymous => string.IsNullOrEmpty(First);

    /// <summary>True when a caller, or at least an address, is known.</summary>
    internal bool IsKnown => !string.IsNullOrEmpty(First) || !string.IsNullOrEmpty(Second);

    /// <summary>Returns the partition of a caller.</summary>
    /// <param name="issuer">The issuer; not empty.</param>
    /// <param name="subject">The subject at that issuer.</param>
    public static CallerPartition Of(string issuer, string subject)
    {
        ArgumentException.ThrowIfNullOrEmpty(issuer);
        ArgumentNullException.ThrowIfNull(subject);
        return new(issuer, subject);
    }

    /// <summary>Returns the partition of a peer of which only the address is known.</summary>
    /// <param name="address">The address, or null for a peer without one.</param>
    public static CallerPartition Of(IPAddress? address)
    {
        if (address is null) return Unknown;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return new("", address.ToString());
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new("", new IPAddress(bytes) + "/64");
    }

    /// <summary>
    /// Returns the network of an address block: the first 24 bits of an IPv4 address, the first 48 of an IPv6 address, which one site usually has
    /// (RFC 6177). Null where a caller, or not even an address, is known.
    /// </summary>
    public CallerPartition? Network()
    {
        if (!IsAnonymous || string.IsNullOrEmpty(Second)) return null;
        if (!IPAddress.TryParse(Second.Split('/')[0], out var address)) return null;
        var bytes = address.GetAddressBytes();
        var kept = bytes.Length == 4 ? NetworkBytesV4 : NetworkBytesV6;
        bytes.AsSpan(kept).Clear();
        return new("", string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(bytes)}/{kept * 8}"));
    }

    /// <summary>Returns the address block, or issuer and subject. For the operator's eyes; escape it for the medium.</summary>
    public override string ToString() => IsAnonymous ? Second ?? "" : First + " " + Second;
}
