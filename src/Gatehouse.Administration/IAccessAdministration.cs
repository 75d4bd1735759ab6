namespace Gatehouse.Administration;

/// <summary>Rights that people ask for and get for a time (AZ-04).</summary>
internal interface IAccessAdministration
{
    /// <summary>Asks for a right in the name of the person of the token.</summary>
    Task<ActionOutcome<AccessRequested>> RequestAsync(RequestAccess act, Administrator by);

    /// <summary>Returns requests and rights, the oldest first.</summary>
    /// <param name="withOver">True for those in every state; false for open requests and rights that have not ended.</param>
    /// <param name="most">At most so many, 1 or more: the newest.</param>
    /// <param name="by">The person. Over HTTP, one who is no administrator gets the own ones, and those that this person may grant.</param>
    Task<ActionOutcome<ApprovalList>> ListAsync(bool withOver, int most, Administrator by);

    /// <summary>Takes a right back, or a request for one.</summary>
    Task<ActionOutcome<AccessRevoked>> RevokeAsync(RevokeAccess act, Administrator by);
}
