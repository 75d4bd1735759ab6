using Gatehouse.Identity.Partitions;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Accept;

/// <summary>Where the bytes of the message come from; read after authentication and not before (ID-01).</summary>
public interface IMessageSource
{
    /// <summary>Reads the whole body, bounded in bytes and time.</summary>
    /// <param name="caller">Whose part of the memory budget it uses, from the first byte on.</param>
    /// <param name="maxBytes">The largest body.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="RefusalException">Too large, too slow, or the caller's part of the memory budget or all of it is spent.</exception>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(CallerPartition caller, int maxBytes, CancellationToken cancellation);

    /// <summary>The message is held: what the same client says later does not wait for it.</summary>
    void LetOthersPass()
    {
    }

    /// <summary>
    /// Called when the server has the message, for transports whose next message must not overtake it; null where the order is the client's to keep.
    /// </summary>
    Action? Written => null;
}
