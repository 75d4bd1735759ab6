using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Gateway.WitnessHosting;

/// <summary>
/// The rate of requests of one source: an IPv4 address, or a block of 64 bits of IPv6. Safe for concurrent use.
/// </summary>
/// <remarks>The threat: anyone who reaches a witness makes it check signatures without end, and its logs are not served (CWE-770).</remarks>
/// <param name="time">The clock.</param>
internal sealed class SourceRates(TimeProvider time)
{
    /// <summary>Requests that a source may send in one burst.</summary>
    public const int Burst = 60;

    /// <summary>The most sources that are counted at one time.</summary>
    public const int MostSources = 4096;

    /// <summary>Requests of a source in a second, after its burst.</summary>
    public const int PerSecond = 5;

    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, Source> sources = [];

    /// <summary>Counts a request. False where its source has used its part.</summary>
    public bool TryTake(IPAddress? address)
    {
        var key = KeyOf(address ?? IPAddress.None);
        lock (gate)
        {
            var now = time.GetTimestamp();
            if (!sources.TryGetValue(key, out var source))
            {
                if (sources.Count == MostSources) MakeRoom(now);
                source = new Source(Burst, now);
            }

            var left = Math.Min(Burst, source.Left + (time.GetElapsedTime(source.At, now).TotalSeconds * PerSecond));
            sources[key] = new Source(left < 1 ? left : left - 1, now);
            return left >= 1;
        }
    }

    // The source that was quiet for the longest time goes. A flood from many addresses gets a burst each: connections are bounded as well.
    private void MakeRoom(long now)
    {
        foreach (var (key, source) in sources.ToList())
        {
            if (source.Left + (time.GetElapsedTime(source.At, now).TotalSeconds * PerSecond) >= Burst) sources.Remove(key);
        }

        if (sources.Count == MostSources) sources.Remove(sources.MinBy(one => one.Value.At).Key);
    }

    /// <summary>Returns the source of an address.</summary>
    public static UInt128 KeyOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out var written) || address.AddressFamily != AddressFamily.InterNetworkV6)
            return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes[..Math.Max(written, 4)]);
        bytes[8..].Clear();
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private readonly record struct Source(double Left, long At);
}
