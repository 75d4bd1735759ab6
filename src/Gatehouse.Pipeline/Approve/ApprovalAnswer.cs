namespace Gatehouse.Pipeline.Approve;

/// <summary>What became of one request for approval.</summary>
/// <param name="Outcome">Approved, refused, or impossible to ask.</param>
/// <param name="By">Who answered, for the record; null when no person did.</param>
public readonly record struct ApprovalAnswer(ApprovalOutcome Outcome, string? By = null);

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
