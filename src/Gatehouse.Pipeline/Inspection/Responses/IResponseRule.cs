namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// One rule for messages from a server. Rules run in order, and each judges the message as the rules before it left it. The first that does not let
/// it pass ends the judgement.
/// </summary>
public interface IResponseRule : IMessageRule;
