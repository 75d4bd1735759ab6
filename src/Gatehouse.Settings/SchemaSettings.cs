namespace Gatehouse.Settings;

/// <summary>What becomes of messages that do not fit the schemas of a tool's definition.</summary>
public sealed record SchemaSettings
{
    /// <summary>Arguments against <c>inputSchema</c>. Default enforce.</summary>
    public EnforcementMode Input { get; init; }

    /// <summary>Results against <c>outputSchema</c>. Default enforce.</summary>
    public EnforcementMode Output { get; init; }
}
