namespace Gatehouse.Pipeline.Exchanges;

/// <summary>The result of one request for approval.</summary>
/// <param name="Outcome">Approved, refused, or impossible to ask.</param>
/// <param name="By">The person who answered, for the record; null when no person did.</param>
public readonly record struct ApprovalAnswer(ApprovalOutcome Outcome, string? By = null)
{
    /// <summary>Id of the approval, not a secret; null when no question was asked.</summary>
    public string? Id { get; init; }

    /// <summary>The cause of another outcome than an answer, as a word for the record; null where there is none.</summary>
    public string? Detail { get; init; }
}

/// <summary>Outcomes of a request for approval. The default value permits nothing.</summary>
public enum ApprovalOutcome
{
    /// <summary>No person can be asked.</summary>
    Unavailable,

    /// <summary>A person refused it.</summary>
    Refused,

    /// <summary>A person approved it.</summary>
    Approved,

    /// <summary>A person was asked and has not answered in the time for which the request may wait. The question stays open.</summary>
    Pending,

    /// <summary>Too many questions are open.</summary>
    Crowded,

    /// <summary>The approval does not cover the call any more, or another call used it.</summary>
    Outdated,
}
