using Gatehouse.Pipeline.Forward;

namespace Gatehouse.Pipeline.Relaying;

/// <summary>The events of a server's stream, as fast as they may be passed on.</summary>
internal interface INotificationPolicy
{
    /// <summary>The next event that may be passed on; null when there are no more.</summary>
    ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellation);
}

/// <summary>Gives a stream its pace.</summary>
internal delegate INotificationPolicy NotificationPolicy(IUpstreamReply upstream, Exchange exchange, TimeProvider time);
