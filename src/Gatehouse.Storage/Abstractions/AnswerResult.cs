namespace Gatehouse.Storage.Abstractions;

/// <summary>The result of a person's answer.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Row">The question after the act; null when there is none.</param>
/// <param name="Granted">Number of different people who have granted it.</param>
public sealed record AnswerResult(AnswerOutcome Outcome, ApprovalRow? Row, int Granted);

/// <summary>Outcomes of a person's answer.</summary>
public enum AnswerOutcome
{
    /// <summary>There is no such question.</summary>
    Unknown,

    /// <summary>The question was not open any more. Nothing was changed.</summary>
    Over,

    /// <summary>The person has granted it before. Nothing was changed.</summary>
    SamePerson,

    /// <summary>The grant counts, and the question needs further people.</summary>
    Counted,

    /// <summary>This answer decided the question.</summary>
    Decided,
}
