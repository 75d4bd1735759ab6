using System.Threading.Channels;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Exchanges;

/// <summary>
/// Messages of a stage to the client of a held exchange. The run of the exchange sends them, in their order and between its signs of life, so that
/// the stream has one writer.
/// </summary>
public sealed class HeldMessages
{
    private readonly Channel<Held> waiting = Channel.CreateUnbounded<Held>(); // a stage waits for each of its messages

    /// <summary>Hands a message over, and returns when it was sent.</summary>
    /// <exception cref="OperationCanceledException">The exchange ended first.</exception>
    /// <exception cref="IOException">The stream of the client could not be written.</exception>
    public async ValueTask SendAsync(ValidatedMessage message, CancellationToken cancellation)
    {
        var held = new Held(message, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        waiting.Writer.TryWrite(held);
        await held.Sent.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Completes when a message waits.</summary>
    internal Task<bool> WaitAsync(CancellationToken cancellation) => waiting.Reader.WaitToReadAsync(cancellation).AsTask();

    /// <summary>Sends the messages that wait.</summary>
    internal async ValueTask SendWaitingAsync(Func<ValidatedMessage, ValueTask> send)
    {
        while (waiting.Reader.TryRead(out var held))
        {
            try
            {
                await send(held.Message).ConfigureAwait(false);
                held.Sent.TrySetResult();
            }
            catch (Exception fault)
            {
                held.Sent.TrySetException(fault); // the stage decides what a message that did not leave means
            }
        }
    }

    private sealed record Held(ValidatedMessage Message, TaskCompletionSource Sent);
}
