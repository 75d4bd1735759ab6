namespace Gatehouse.Settings;

/// <summary>What becomes of messages that do not fit the schemas of a tool's definition.</summary>
public sealed record SchemaSettings
{
    /// <summary>Arguments against <c>inputSchema</c>. Default enforce.</summary>
    public EnforcementMode Input { get; init; }

    /// <summary>Results against <c>outputSchema</c>. Default enforce.</summary>
    public EnforcementMode Output { get; init; }
}

/// <summary>What becomes of what deviates from what a server declares.</summary>
public enum EnforcementMode
{
    /// <summary>It is refused, withheld or dropped.</summary>
    Enforce,

    /// <summary>It passes, and the event tells of it.</summary>
    Record,
}
