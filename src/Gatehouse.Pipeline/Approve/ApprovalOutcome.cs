namespace Gatehouse.Pipeline.Approve;

/// <summary>How a request for approval ended. The default value lets nothing through.</summary>
public enum ApprovalOutcome
{
    /// <summary>No person can be asked.</summary>
    Unavailable,

    /// <summary>A person refused it.</summary>
    Refused,

    /// <summary>A person approved it.</summary>
    Approved,
}
