using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Lists.Responses;

/// <summary>The rule for the callers that receive a notification of a changed list.</summary>
public interface IListChanges
{
    /// <summary>Records the caller's view before anything changes.</summary>
    ValueTask BeginAsync(Exchange exchange, CancellationToken cancellation);

    /// <summary>Tells whether a notification concerns the caller. False for a change that the caller cannot see.</summary>
    ValueTask<bool> ConcernsAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation);
}
