namespace Gatehouse.Settings;

/// <summary>
/// The time after which the keys of what the audit log says about persons are destroyed, for each class of entries. Zero keeps them. A key is of a
/// calendar month, and is destroyed when its whole month is older.
/// </summary>
public sealed record RetentionSettings
{
    /// <summary>For calls.</summary>
    public TimeSpan Calls { get; init; }

    /// <summary>For sign-ins, grants and consents.</summary>
    public TimeSpan SignIns { get; init; }

    /// <summary>For acts of administration, and for kept texts of configurations that are not in force.</summary>
    public TimeSpan Administration { get; init; }

    /// <summary>For kept requests.</summary>
    public TimeSpan Payloads { get; init; }
}
