using Gatehouse.Identity.Partitions;

namespace Gatehouse.Settings;

/// <summary>Bounds of the whole gateway (design rule 8). Each is hit in a test.</summary>
public sealed record LimitSettings
{
    /// <summary>Connections at once. Default 10,000.</summary>
    public int Connections { get; init; } = 10_000;

    /// <summary>
    /// Connections of one address block (an IPv4 address, the first 64 bits of an IPv6 address); 0 (default) stands for the caller's part of all.
    /// </summary>
    public int ConnectionsPerAddress { get; init; }

    /// <summary>Connections of one address block, whether configured or derived.</summary>
    public long ConnectionsOfAnAddress => ConnectionsPerAddress > 0 ? ConnectionsPerAddress : PartitionedBudget.PartOf(Connections, CallerShare);

    /// <summary>Requests of one caller under way at once, streams apart. Default 64.</summary>
    public int ConcurrencyPerCaller { get; init; } = 64;

    /// <summary>Open streams (GET, subscriptions) of one caller. Default 32.</summary>
    public int StreamsPerCaller { get; init; } = 32;

    /// <summary>
    /// Percent, 1 to 100, of every bound that all callers have in common (sessions, processes, bytes, connections and so on) which one
    /// caller may hold: issuer and subject, or the address block of a peer that is not known yet. Default 12.
    /// </summary>
    public int CallerShare { get; init; } = 12;

    /// <summary>Parties that limits count at once: a caller, a tool of a caller and so on, for each rule. Default 50,000.</summary>
    public int Keys { get; init; } = 50_000;

    /// <summary>Bytes of messages held in memory at once. Default 256 MiB.</summary>
    public long BufferedBytes { get; init; } = 256L << 20;

    /// <summary>Time for the request line and headers. Default 10 s.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for the whole body of a request. Default 60 s.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes a second below which a body is cut off, after 5 s. Default 240.</summary>
    public int MinBodyBytesPerSecond { get; init; } = 240;

    /// <summary>All headers of a request together, in bytes. Default 32 KiB.</summary>
    public int HeaderBytes { get; init; } = 32 << 10;
}
