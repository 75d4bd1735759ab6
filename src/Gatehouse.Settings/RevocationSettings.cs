namespace Gatehouse.Settings;

/// <summary>Revocations that another program writes.</summary>
public sealed record RevocationSettings
{
    /// <summary>The file of the list; null for none.</summary>
    public string? File { get; init; }

    /// <summary>Interval at which files are checked. A change is in force after this time at the latest.</summary>
    public TimeSpan CheckEvery { get; init; } = TimeSpan.FromSeconds(5);
}
