namespace Gatehouse.Range.Running;

/// <summary>One way to run an exploit.</summary>
public enum RunVariant
{
    /// <summary>The server alone: the exploit must succeed.</summary>
    Unguarded,

    /// <summary>The server behind Gatehouse as shipped: the exploit must fail.</summary>
    Guarded,

    /// <summary>The server behind Gatehouse with the named protection replaced: the exploit must succeed again.</summary>
    Replaced,
}
