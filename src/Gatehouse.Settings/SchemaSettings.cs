namespace Gatehouse.Settings;

/// <summary>The handling of messages that do not match the schemas of a tool's definition.</summary>
public sealed record SchemaSettings
{
    /// <summary>Mode for arguments against <c>inputSchema</c>. Default enforce.</summary>
    public EnforcementMode Input { get; init; }

    /// <summary>Mode for results against <c>outputSchema</c>. Default enforce.</summary>
    public EnforcementMode Output { get; init; }
}

/// <summary>The handling of a deviation from a server's declaration.</summary>
public enum EnforcementMode
{
    /// <summary>The deviation is refused, withheld or dropped.</summary>
    Enforce,

    /// <summary>The deviation passes, and the event records it.</summary>
    Record,
}
