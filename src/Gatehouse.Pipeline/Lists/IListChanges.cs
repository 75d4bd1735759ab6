using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Lists;

/// <summary>Decides which callers get a notification that a server's list changed.</summary>
public interface IListChanges
{
    /// <summary>Learns what the caller sees before anything changes.</summary>
    ValueTask BeginAsync(Exchange exchange, CancellationToken cancellation);

    /// <summary>False for a notification of a change that the caller cannot see.</summary>
    ValueTask<bool> ConcernsAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation);
}
