namespace Gatehouse.Settings;

/// <summary>What becomes of what deviates from what a server declares.</summary>
public enum EnforcementMode
{
    /// <summary>It is refused, withheld or dropped.</summary>
    Enforce,

    /// <summary>It passes, and the event tells of it.</summary>
    Record,
}
