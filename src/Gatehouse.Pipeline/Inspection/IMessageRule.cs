using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>One rule that judges a message before it continues.</summary>
public interface IMessageRule
{
    /// <summary>Slug of the rule, for the record.</summary>
    string Name { get; }

    /// <summary>Passes the message, demands edits or an approval of it, drops it, or ends the exchange.</summary>
    /// <param name="exchange">The exchange that the message belongs to.</param>
    /// <param name="message">The message as a whole (design rule 8).</param>
    /// <param name="cancellation">Ends the wait when the exchange ends.</param>
    /// <exception cref="RefusalException">Data that the rule needs is not available, so that the exchange ends.</exception>
    ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation);
}
