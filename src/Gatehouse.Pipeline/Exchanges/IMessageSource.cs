using Gatehouse.Identity.Partitions;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Exchanges;

/// <summary>The source of the message's bytes. It is read only after authentication (ID-01).</summary>
public interface IMessageSource
{
    /// <summary>Reads the whole body, bounded in bytes and time.</summary>
    /// <param name="caller">The caller whose part of the memory budget the body uses, from the first byte on.</param>
    /// <param name="maxBytes">The largest body.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="RefusalException">The body is too large or too slow, or the memory budget or the caller's part of it is spent.</exception>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(CallerPartition caller, int maxBytes, CancellationToken cancellation);

    /// <summary>Reports that the message is read: later messages of the same client do not wait for it.</summary>
    void LetOthersPass()
    {
    }

    /// <summary>
    /// Called when the server has the message, for transports whose next message must not overtake it. Null when the client keeps the order.
    /// </summary>
    Action? Written => null;
}
