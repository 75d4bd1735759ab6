namespace Gatehouse.Settings;

/// <summary>Revocations that others write.</summary>
public sealed record RevocationSettings
{
    /// <summary>The file of the list; null for none.</summary>
    public string? File { get; init; }

    /// <summary>How often files are looked at: the time after which a change is in force at the latest. Default 5 s.</summary>
    public TimeSpan CheckEvery { get; init; } = TimeSpan.FromSeconds(5);
}
