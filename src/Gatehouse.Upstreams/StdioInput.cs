using System.Buffers;
using Gatehouse.Isolation;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Upstreams;

/// <summary>
/// The standard input of one process. Messages are written one after the other. Each is written whole or is the last one. The next message would
/// continue a partial line, and the process would read a line that no stage has judged.
/// </summary>
/// <param name="stream">The stream.</param>
/// <param name="frame">Writes a message as a line.</param>
/// <param name="timeout">The time in which the process has to read a line.</param>
/// <param name="time">The clock of the timeout.</param>
internal sealed class StdioInput(Stream stream, Action<IBufferWriter<byte>, ValidatedMessage> frame, TimeSpan timeout, TimeProvider time)
{
    private const string NotReading = "the process does not read its input";

    // Never disposed of, because that would leave its waiters waiting indefinitely. Without a wait handle it holds no system resource.
    private readonly SemaphoreSlim writing = new(1, 1);

    /// <summary>Returns why no message is written any more; null while messages are written.</summary>
    public required Func<Refusal?> Over { get; init; }

    /// <summary>Receives the cause when the process did not read a line in time. Nothing may be written after it.</summary>
    public required Action<Refusal> OnTimeout { get; init; }

    /// <summary>Called when the process has closed its input, or has ended.</summary>
    public required Action OnClosed { get; init; }

    /// <summary>Writes a message. A caller may leave meanwhile: a line that was begun is written to its end.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellation">Ends the wait of the caller.</param>
    /// <param name="begun">Called when its line is begun.</param>
    /// <exception cref="RefusalException">The process takes no more messages.</exception>
    /// <exception cref="OperationCanceledException">The caller has left.</exception>
    public async ValueTask WriteAsync(ValidatedMessage message, CancellationToken cancellation, Action? begun = null)
    {
        var line = new ArrayBufferWriter<byte>(message.Bytes.Length + 1);
        frame(line, message);
        await writing.WaitAsync(cancellation).ConfigureAwait(false);
        if (Over() is { } why)
        {
            writing.Release(); // waiters see the failure too
            throw new RefusalException(why);
        }

        begun?.Invoke();
        var write = WriteLineAsync(line.WrittenMemory);
        try
        {
            await write.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = ObserveAsync(write); // its fault ends the process, and is not an unobserved exception
            throw;
        }
    }

    /// <summary>
    /// Waits until the line that is being written is written, at most for a time. No further one is begun once <see cref="Over"/> has a cause.
    /// </summary>
    public async ValueTask SettleAsync(TimeSpan patience)
    {
        if (await writing.WaitAsync(patience).ConfigureAwait(false)) writing.Release();
    }

    private static async Task ObserveAsync(Task write) => await write.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task WriteLineAsync(ReadOnlyMemory<byte> line)
    {
        try
        {
            await BoundedWrite.ToAsync(stream, line, timeout, time).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            var why = new Refusal(Reasons.UpstreamEnded, NotReading);
            OnTimeout(why);
            throw new RefusalException(why, e);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            OnClosed();
            throw new RefusalException(Reasons.UpstreamEnded, "process", e);
        }
        finally
        {
            writing.Release();
        }
    }
}
