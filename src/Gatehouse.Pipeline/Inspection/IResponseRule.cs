using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>One rule for messages from a server. Rules run in order; the first that does not pass ends the judgement.</summary>
public interface IResponseRule
{
    /// <summary>Slug of the rule, for the record.</summary>
    string Name { get; }

    /// <summary>Passes the message, maybe changed, drops it, or ends the exchange.</summary>
    ResponseVerdict Judge(Exchange exchange, ProvenMessage message);
}
