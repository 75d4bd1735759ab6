namespace Gatehouse.Pipeline.Approve;

/// <summary>The result of one request for approval.</summary>
/// <param name="Outcome">Approved, refused, or impossible to ask.</param>
/// <param name="By">The person who answered, for the record; null when no person did.</param>
public readonly record struct ApprovalAnswer(ApprovalOutcome Outcome, string? By = null);

/// <summary>Outcomes of a request for approval. The default value permits nothing.</summary>
public enum ApprovalOutcome
{
    /// <summary>No person can be asked.</summary>
    Unavailable,

    /// <summary>A person refused it.</summary>
    Refused,

    /// <summary>A person approved it.</summary>
    Approved,
}
