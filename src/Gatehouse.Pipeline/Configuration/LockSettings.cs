using Gatehouse.Integrity.Locks;

namespace Gatehouse.Pipeline.Configuration;

/// <summary>Which definitions of servers may be seen (TP-02). Where it is configured it is enforced.</summary>
public sealed record LockSettings
{
    /// <summary>Path of the lock file; null when approvals are given to the running gateway alone.</summary>
    public string? File { get; init; }

    /// <summary>Its content as it was read with the configuration; empty without a file.</summary>
    public LockFile Content { get; init; } = new([]);

    /// <summary>What makes an approval in the file count.</summary>
    public ApprovalRules Rules { get; init; } = ApprovalRules.Single;

    /// <summary>True when a server that the lock does not have is taken as it is first seen. Default false.</summary>
    public bool TrustsFirstUse { get; init; }

    /// <summary>How many different administrators must approve through the control socket, 1 to 5. Default 1.</summary>
    public int Approvers { get; init; } = 1;
}
