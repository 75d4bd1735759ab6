using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Upstream;

/// <summary>
/// The end of a subscription by its server (MCP 2026-07-28): the result of <c>subscriptions/listen</c>, or a cancellation that names this request.
/// </summary>
internal static class SubscriptionEnd
{
    /// <summary>Returns whether a message is a cancellation by which the server ends the subscription of the request.</summary>
    /// <param name="request">The request of the stream; null for none.</param>
    /// <param name="message">A message of the server, with the id of the request as its client wrote it.</param>
    public static bool IsCancellation(ValidatedMessage? request, ValidatedMessage message) =>
        message is { Kind: MessageKind.Notification, Method: "notifications/cancelled" }
        && request is { Kind: MessageKind.Request, Method: "subscriptions/listen" }
        && JsonRpcId.TryParse(message.Part(EnvelopeMember.ParamsRequestId), MessageLimits.Default, out var id) && id == request.Id;
}
