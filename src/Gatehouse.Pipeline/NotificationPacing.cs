namespace Gatehouse.Pipeline;

/// <summary>Gives a stream its pace.</summary>
internal delegate INotificationPace NotificationPacing(IUpstreamReply upstream, Exchange exchange, TimeProvider time);
