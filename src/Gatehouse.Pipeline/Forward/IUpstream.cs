using Gatehouse.Policy;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Forward;

/// <summary>A server behind the gateway, whatever its transport.</summary>
public interface IUpstream : IAsyncDisposable
{
    /// <summary>
    /// Sends the request and returns when it is known how the server answers. An upstream that stands before another one may send it as it is, send
    /// others that it derives from it, or answer without any; whoever gets a reply disposes of it.
    /// </summary>
    /// <exception cref="RefusalException">The server cannot be reached or its answer cannot be used.</exception>
    ValueTask<IUpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellation);

    /// <summary>
    /// Nobody waits for the answer any more: the server is told in the way its transport and revision have, where letting the
    /// reply go does not say it already. Called for each request that this upstream sent and that is not answered. Never throws.
    /// </summary>
    ValueTask AbandonAsync(UpstreamRequest request, Refusal why) => ValueTask.CompletedTask;

    /// <summary>
    /// The process that is the caller's own in the modern era, where the server has such processes and the caller's is running: its lists
    /// may differ from those of others. Null otherwise. The same object as long as it is the same process.
    /// </summary>
    object? OwnProcess(PolicySubject? caller) => null;
}
