using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Validate;

/// <summary>
/// The check that a client's notification refers to the client's own request or question. A cancellation names a request by its id, and progress a
/// question by its token (MCP 2025-11-25, basic/utilities/cancellation and progress). A server that looks up the id without checking its owner would
/// end the request of another caller. So only a notification about the same session is forwarded, and outside of sessions none is.
/// </summary>
internal static class ClientNotice
{
    /// <summary>Returns the reason why the notification is not forwarded; null when it is, and for all other messages.</summary>
    public static string? WhyDropped(Exchange exchange, IExchangeRegistry registry)
    {
        if (exchange.Message is not { Kind: MessageKind.Notification } message) return null;
        return message.Method switch
        {
            "notifications/cancelled" => WhyNotCancelled(exchange, message, registry),
            "notifications/progress" => IsProgressOfAQuestion(exchange, message) ? null : "progress-of-no-question",
            _ => null,
        };
    }

    // On the channel of a process, requests have ids of the gateway: the client's id is looked up only among the requests of that client. An HTTP
    // server receives the client's own id, which is unique only within a session. In the modern era a client cancels by closing the stream (T28),
    // which concerns no other client.
    private static string? WhyNotCancelled(Exchange exchange, ValidatedMessage message, IExchangeRegistry registry)
    {
        if (!JsonRpcId.TryParse(message.Part(EnvelopeMember.ParamsRequestId), MessageLimits.Default, out var id)) return "cancels-no-request";
        if (registry.EndHeld(exchange, id)) return "cancels-a-held-request"; // the server never received it
        if (exchange.Session is { } session) return session.Live.IsUnderWay(id) ? null : "cancels-no-request-of-the-session";
        return exchange.Server.Stdio is null ? "cancels-without-a-session" : null;
    }

    private static bool IsProgressOfAQuestion(Exchange exchange, ValidatedMessage message) =>
        exchange.Session is { } session
        && JsonRpcId.TryParse(message.Part(EnvelopeMember.ParamsProgressToken), MessageLimits.Default, out var token)
        && session.Live.Questions.IsProgressOf(token);
}
