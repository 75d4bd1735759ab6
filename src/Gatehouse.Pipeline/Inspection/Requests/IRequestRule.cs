namespace Gatehouse.Pipeline.Inspection.Requests;

/// <summary>
/// One rule for messages from a client. Rules run in order, and all judge the message that was decided on. Their edits are applied together, and the
/// first that does not let it pass ends the judgement.
/// </summary>
public interface IRequestRule : IMessageRule
{
    /// <summary>
    /// True for a rule that must also hold for the message as it is forwarded. It judges a message that was edited or held once more, after the
    /// newest decision about it. Any verdict except passing is then a refusal.
    /// </summary>
    bool JudgesEdited => false;

    /// <summary>
    /// True for a rule that must also hold by the newest configuration for a message that a person approved under an earlier one. A question that the
    /// person was not asked is then a refusal. Default as <see cref="JudgesEdited"/>.
    /// </summary>
    bool JudgesReleased => JudgesEdited;
}
