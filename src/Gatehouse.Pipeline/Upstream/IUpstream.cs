using Gatehouse.Policy;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Upstream;

/// <summary>A server behind the gateway, over any transport.</summary>
public interface IUpstream : IAsyncDisposable
{
    /// <summary>
    /// Sends the request and returns when the kind of the server's answer is known. An upstream that wraps another one may send it unchanged, send
    /// others that it derives from it, or answer without sending any. The receiver of a reply disposes of it.
    /// </summary>
    /// <exception cref="RefusalException">The server cannot be reached or its answer cannot be used.</exception>
    ValueTask<IUpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellation);

    /// <summary>
    /// Notifies the server, in the way of its transport and revision, that no client waits for the answer any more, unless releasing the reply
    /// already does so. Called for each request that this upstream sent and that is not answered. Never throws.
    /// </summary>
    ValueTask AbandonAsync(UpstreamRequest request, Refusal why) => ValueTask.CompletedTask;

    /// <summary>
    /// Returns the caller's own process in the modern era, if the server has such processes and the caller's is running: its lists may differ from
    /// those of others. Null otherwise. The same process always has the same object.
    /// </summary>
    object? OwnProcess(PolicySubject? caller) => null;
}
