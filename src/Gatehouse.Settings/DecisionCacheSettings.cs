namespace Gatehouse.Settings;

/// <summary>How long answers of the external decision point count for the same question of the same caller.</summary>
public sealed record DecisionCacheSettings
{
    /// <summary>How long a permit is remembered; zero asks each time. Default 5 s.</summary>
    public TimeSpan Positive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a denial is remembered; zero asks each time. Default 5 s.</summary>
    public TimeSpan Negative { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most answers remembered, and most questions under way. Default 10,000.</summary>
    public int Entries { get; init; } = 10_000;
}
