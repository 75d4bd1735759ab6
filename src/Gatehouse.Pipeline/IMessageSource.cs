namespace Gatehouse.Pipeline;

/// <summary>Where the bytes of the message come from; read after authentication and not before (ID-01).</summary>
public interface IMessageSource
{
    /// <summary>Reads the whole body, bounded.</summary>
    /// <exception cref="RefusalException">Too large, too slow, or the memory budget is spent.</exception>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(int maxBytes, CancellationToken cancellation);
}
