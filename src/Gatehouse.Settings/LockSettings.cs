using Gatehouse.Integrity.Locks;

namespace Gatehouse.Settings;

/// <summary>
/// Settings of the definitions of servers that callers may see (TP-02). They are always enforced, unless <see cref="FirstUse"/> is off.
/// </summary>
public sealed record LockSettings
{
    /// <summary>
    /// The settings without a configured <c>lock</c>: each server is held to the definitions that the gateway saw first. A changed definition is a
    /// rug pull, also when the operator configured nothing.
    /// </summary>
    public static LockSettings Default { get; } = new() { FirstUse = FirstUseMode.Trust };

    /// <summary>Path of the lock file; null when approvals are given only to the running gateway.</summary>
    public string? File { get; init; }

    /// <summary>Content of the file, as it was read with the configuration; empty without a file.</summary>
    public LockFile Content { get; init; } = new([]);

    /// <summary>Conditions under which an approval in the file counts.</summary>
    public ApprovalRules Rules { get; init; } = ApprovalRules.Single;

    /// <summary>The handling of a server that is not in the lock. Default refuse.</summary>
    public FirstUseMode FirstUse { get; init; }

    /// <summary>Number of different administrators that must approve through the control socket.</summary>
    public int Approvers { get; init; } = 1;
}

/// <summary>The handling of a server that is not in the lock.</summary>
public enum FirstUseMode
{
    /// <summary>All its definitions are withheld until a person approves them. The default when <c>lock</c> is configured.</summary>
    Refuse,

    /// <summary>
    /// The definitions that the gateway sees first count as approved, and the server is held to them. The default when no <c>lock</c> is configured.
    /// </summary>
    Trust,

    /// <summary>The server is held to nothing: the next session sees the definitions of that moment.</summary>
    Off,
}
