using Gatehouse.Identity.Partitions;

namespace Gatehouse.Settings;

/// <summary>Bounds of the whole gateway (design rule 8). A test reaches each of them.</summary>
public sealed record LimitSettings
{
    /// <summary>Concurrent connections.</summary>
    public int Connections { get; init; } = 10_000;

    /// <summary>
    /// Connections of one address block (an IPv4 address, or the first 64 bits of an IPv6 address). With 0 the block gets the caller's part
    /// of all.
    /// </summary>
    public int ConnectionsPerAddress { get; init; }

    /// <summary>Connections of one address block, whether configured or derived.</summary>
    public long ConnectionsOfAnAddress => ConnectionsPerAddress > 0 ? ConnectionsPerAddress : PartitionedBudget.PartOf(Connections, CallerShare);

    /// <summary>Concurrent requests of one caller, without streams.</summary>
    public int ConcurrencyPerCaller { get; init; } = 64;

    /// <summary>Open streams (GET, subscriptions) of one caller.</summary>
    public int StreamsPerCaller { get; init; } = 32;

    /// <summary>
    /// Percentage that one caller may hold of every bound that all callers share (sessions, processes, bytes, connections and so on). A
    /// caller is an issuer and subject, or the address block of a peer that is not authenticated yet.
    /// </summary>
    public int CallerShare { get; init; } = 12;

    /// <summary>Parties that limits count at the same time, for each rule: a caller, a tool of a caller and so on.</summary>
    public int Keys { get; init; } = 50_000;

    /// <summary>Bytes of messages held in memory at the same time.</summary>
    public long BufferedBytes { get; init; } = 256L << 20;

    /// <summary>Time limit for the request line and headers.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time limit for the whole body of a request.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes per second below which a body is cut off, after 5 s.</summary>
    public int MinBodyBytesPerSecond { get; init; } = 240;

    /// <summary>All headers of a request together, in bytes.</summary>
    public int HeaderBytes { get; init; } = 32 << 10;
}
