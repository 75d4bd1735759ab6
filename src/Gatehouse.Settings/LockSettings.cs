using Gatehouse.Integrity.Locks;

namespace Gatehouse.Settings;

/// <summary>Which definitions of servers may be seen (TP-02). It is always enforced, unless <see cref="FirstUse"/> is off.</summary>
public sealed record LockSettings
{
    /// <summary>
    /// Where no <c>lock</c> is configured: each server is held to what the gateway saw first. A definition that changed is a rug pull, whoever
    /// forgot to configure something.
    /// </summary>
    public static LockSettings Default { get; } = new() { FirstUse = FirstUseMode.Trust };

    /// <summary>Path of the lock file; null when approvals are given to the running gateway alone.</summary>
    public string? File { get; init; }

    /// <summary>Its content as it was read with the configuration; empty without a file.</summary>
    public LockFile Content { get; init; } = new([]);

    /// <summary>What makes an approval in the file count.</summary>
    public ApprovalRules Rules { get; init; } = ApprovalRules.Single;

    /// <summary>What becomes of a server that the lock does not have. Default refuse.</summary>
    public FirstUseMode FirstUse { get; init; }

    /// <summary>How many different administrators must approve through the control socket, 1 to 5. Default 1.</summary>
    public int Approvers { get; init; } = 1;
}

/// <summary>What becomes of a server that the lock does not have.</summary>
public enum FirstUseMode
{
    /// <summary>All that it says is withheld until a person approved it. The default where <c>lock</c> is configured.</summary>
    Refuse,

    /// <summary>It is taken as the gateway sees it first, and held to that. The default where no <c>lock</c> is configured.</summary>
    Trust,

    /// <summary>It is held to nothing: the next session sees whatever it says by then.</summary>
    Off,
}
