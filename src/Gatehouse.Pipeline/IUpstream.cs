namespace Gatehouse.Pipeline;

/// <summary>A server behind the gateway, whatever its transport.</summary>
public interface IUpstream : IAsyncDisposable
{
    /// <summary>
    /// Sends the exchange's message (or opens or ends its stream) and returns when it is known how the server answers.
    /// </summary>
    /// <exception cref="RefusalException">The server cannot be reached or its answer cannot be used.</exception>
    ValueTask<IUpstreamReply> SendAsync(Exchange exchange, CancellationToken cancellation);

    /// <summary>
    /// Nobody waits for the answer any more: the server is told in the way its transport and revision have, where letting the
    /// reply go does not say it already. Never throws.
    /// </summary>
    ValueTask AbandonAsync(Exchange exchange, Refusal why) => ValueTask.CompletedTask;

    /// <summary>
    /// The process that is the caller's own in the modern era, where the server has such processes and the caller's is running: its lists
    /// may differ from those of others. Null otherwise. The same object as long as it is the same process.
    /// </summary>
    object? OwnProcess(Exchange exchange) => null;
}
