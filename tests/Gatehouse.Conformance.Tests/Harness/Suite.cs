namespace Gatehouse.Conformance.Tests.Harness;

/// <summary>One way to run the official conformance suite.</summary>
public enum Suite
{
    /// <summary>The suite's last stable release.</summary>
    Stable,

    /// <summary>What the newest release runs by default.</summary>
    Active,

    /// <summary>What revision 2025-11-25 requires.</summary>
    Requirements2025,

    /// <summary>What revision 2026-07-28 requires, and scenarios of extensions that are run but not scored.</summary>
    Requirements2026,
}
