namespace Gatehouse.Settings;

/// <summary>Lives of sessions in the legacy era.</summary>
public sealed record SessionSettings
{
    /// <summary>A session unused for this long ends. Default 30 min.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A session ends this long after its start, whatever happens. Default 12 h.</summary>
    public TimeSpan Absolute { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Sessions known at once, and conversations, counted by the servers of each. Default 20,000.</summary>
    public int Max { get; init; } = 20_000;

    /// <summary>Events kept for the resumption of one session of a stdio server. Default 256.</summary>
    public int ReplayEvents { get; init; } = 256;

    /// <summary>Bytes of such events. Default 1 MiB.</summary>
    public int ReplayBytes { get; init; } = 1 << 20;
}
