namespace Gatehouse.Pipeline.Inspection.Requests;

/// <summary>
/// One rule for messages from a client. Rules run in order and all judge the message as it was decided on; their edits are applied together,
/// and the first that does not let it pass ends the judgement.
/// </summary>
public interface IRequestRule : IMessageRule
{
    /// <summary>
    /// True for a rule that must also hold for the message as it is forwarded: it judges a message that was edited or held once more, after the
    /// newest decision about it, and what it demands then besides passing is a refusal.
    /// </summary>
    bool JudgesEdited => false;
}
