namespace Gatehouse.Pipeline.Configuration;

/// <summary>What becomes of what deviates from its schema.</summary>
public enum SchemaDemand
{
    /// <summary>It is refused.</summary>
    Enforce,

    /// <summary>It passes, and the event tells of it.</summary>
    Record,
}
