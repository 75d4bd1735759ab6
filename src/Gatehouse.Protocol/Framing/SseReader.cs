using System.Buffers;

namespace Gatehouse.Protocol.Framing;

/// <summary>Reads the events of a stream one by one.</summary>
/// <remarks>
/// Delivers every event that has data, and events without data that carry an id or a retry time (<see cref="SseEvent.IsDispatched"/> distinguishes
/// them). The stream is its creator's to dispose of. One reader at a time.
/// </remarks>
public sealed class SseReader
{
    private const int BlockBytes = 16 * 1024;

    // A block can hold thousands of short events. Their places are released behind them.
    private const int KeptEvents = 16;

    private readonly Stream stream;
    private readonly SseParser parser;
    private readonly Action<int>? holding;
    private readonly Queue<SseEvent> ready = new();

    /// <summary>Prepares to read.</summary>
    /// <param name="stream">The body of a <c>text/event-stream</c> response.</param>
    /// <param name="maxEventBytes">Most bytes from one blank line to the next.</param>
    /// <param name="holding">Receives <see cref="UnfinishedBytes"/> whenever bytes arrived; null for none. An exception of it ends the reading.</param>
    public SseReader(Stream stream, int maxEventBytes, Action<int>? holding = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        this.stream = stream;
        this.holding = holding;
        parser = new SseParser(maxEventBytes);
    }

    /// <summary>Bytes of the event that is not complete yet, its unused fields and comments included.</summary>
    public int UnfinishedBytes => parser.UnfinishedBytes;

    /// <summary>Reads the next event. Returns null at the end of the stream. An unfinished last event is discarded.</summary>
    /// <exception cref="SseException">An event, its id or its name is too large or not UTF-8; the stream is of no further use.</exception>
    public async ValueTask<SseEvent?> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (ready.Count == 0)
        {
            if (ready.Capacity > KeptEvents)
                ready.TrimExcess();
            if (parser.Fault != SseFault.None)
                throw new SseException(parser.Fault);
            // A read of nothing waits for bytes, so that a silent stream holds no block. Streams that cannot wait so return immediately.
            await stream.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
            try
            {
                var read = await stream.ReadAsync(block, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                    return null;
                parser.Push(block.AsSpan(0, read), ready);
                holding?.Invoke(parser.UnfinishedBytes);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(block);
            }
        }

        return ready.Dequeue();
    }
}
