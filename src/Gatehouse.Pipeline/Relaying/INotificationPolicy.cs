using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Upstream;

namespace Gatehouse.Pipeline.Relaying;

/// <summary>The events of a server's stream, at the rate at which they may be forwarded.</summary>
internal interface INotificationPolicy
{
    /// <summary>Returns the next event that may be forwarded; null when there are no more.</summary>
    ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellation);
}

/// <summary>A function that applies a notification policy to a stream.</summary>
internal delegate INotificationPolicy NotificationPolicy(IUpstreamReply upstream, Exchange exchange, TimeProvider time);
