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

    /// <summary>
    /// For <see cref="ApprovalOutcome.Pending"/>: keyed digest of the approval, where the request may be held again immediately. Empty where it may not.
    /// </summary>
    public ReadOnlyMemory<byte> HoldDigest { get; init; }

    /// <summary>
    /// For <see cref="ApprovalOutcome.Approved"/>: keyed digest of what all rounds of the call have in common. Empty where later rounds are calls of
    /// their own.
    /// </summary>
    public ReadOnlyMemory<byte> RoundsDigest { get; init; }

    /// <summary>True for a confirmation by the caller, which is never an approval.</summary>
    public bool IsConfirmation { get; init; }

    /// <summary>True for an answer to an earlier call that counts for this one as well. Nothing is used up; the use is an entry.</summary>
    public bool IsRemembered { get; init; }

    /// <summary>True for a later round of a call that was approved and used: nothing more is used up.</summary>
    public bool IsRound { get; init; }
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

    /// <summary>The person at the client did not confirm it.</summary>
    NotConfirmed,

    /// <summary>The client answered the question of a confirmation without a choice of its person.</summary>
    WithoutChoice,

    /// <summary>The client did not answer the question of a confirmation in time.</summary>
    TimedOut,

    /// <summary>The approval does not cover the call any more, or another call used it.</summary>
    Outdated,
}
