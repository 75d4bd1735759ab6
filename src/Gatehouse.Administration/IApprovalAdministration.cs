namespace Gatehouse.Administration;

/// <summary>Questions to people about calls (AZ-04).</summary>
internal interface IApprovalAdministration
{
    /// <summary>Returns questions, the oldest first, without what is asked in full.</summary>
    /// <param name="withAnswered">True for those in every state; false for those that are open.</param>
    /// <param name="most">At most so many, 1 or more: the newest.</param>
    /// <param name="by">The person. Over HTTP, one who is no administrator gets the questions that this person may answer.</param>
    Task<ActionOutcome<ApprovalList>> ListAsync(bool withAnswered, int most, Administrator by);

    /// <summary>Shows a question in full to a person who may answer it, and notes that this person has seen it.</summary>
    /// <param name="act">The act.</param>
    /// <param name="by">The person.</param>
    Task<ActionOutcome<ApprovalView>> ShowAsync(ShowApproval act, Administrator by);

    /// <summary>Takes a person's answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="by">The person.</param>
    Task<ActionOutcome<ApprovalAnswered>> AnswerAsync(AnswerApproval answer, Administrator by);

    /// <summary>Takes a grant back that no call has used, for a person who may answer the question or an administrator.</summary>
    /// <param name="act">The act.</param>
    /// <param name="by">The person.</param>
    Task<ActionOutcome<ApprovalRevoked>> RevokeAsync(RevokeApproval act, Administrator by);

    /// <summary>Returns the answers that are remembered, the oldest first.</summary>
    /// <param name="by">The person. Over HTTP, one who is no administrator gets those to questions that this person may answer.</param>
    Task<IReadOnlyList<ApprovalView>> RememberedAsync(Administrator by);

    /// <summary>Forgets a remembered answer, for a person who may answer such a question or an administrator.</summary>
    /// <param name="act">The act.</param>
    /// <param name="by">The person.</param>
    Task<ActionOutcome<ApprovalForgotten>> ForgetAsync(ForgetApproval act, Administrator by);
}
