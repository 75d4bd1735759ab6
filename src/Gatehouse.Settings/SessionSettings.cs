namespace Gatehouse.Settings;

/// <summary>Lifetimes of sessions in the legacy era.</summary>
public sealed record SessionSettings
{
    /// <summary>A session ends after this time without use.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A session ends this long after its start, in any case.</summary>
    public TimeSpan Absolute { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Sessions known at the same time, and conversations, each counted once for every server that it spans.</summary>
    public int Max { get; init; } = 20_000;

    /// <summary>Events kept for the resumption of one session of a stdio server.</summary>
    public int ReplayEvents { get; init; } = 256;

    /// <summary>Bytes of events kept for the resumption of one session.</summary>
    public int ReplayBytes { get; init; } = 1 << 20;
}
