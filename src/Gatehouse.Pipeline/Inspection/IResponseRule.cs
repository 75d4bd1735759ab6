using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>One rule for messages from a server. Rules run in order; the first that does not pass ends the judgement.</summary>
public interface IResponseRule
{
    /// <summary>Slug of the rule, for the record.</summary>
    string Name { get; }

    /// <summary>Asks others what the judgement needs; most rules ask nobody.</summary>
    ValueTask PrepareAsync(Exchange exchange, ProvenMessage message, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <summary>Passes the message, maybe changed, drops it, or ends the exchange.</summary>
    ResponseVerdict Judge(Exchange exchange, ProvenMessage message);
}
