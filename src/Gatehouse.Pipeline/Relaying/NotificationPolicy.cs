using Gatehouse.Pipeline.Forward;

namespace Gatehouse.Pipeline.Relaying;

/// <summary>Gives a stream its pace.</summary>
internal delegate INotificationPolicy NotificationPolicy(IUpstreamReply upstream, Exchange exchange, TimeProvider time);
