using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Validate;

/// <summary>
/// Does a client's notification name something of its own? A cancellation names a request by its id and progress a question by its token
/// (MCP 2025-11-25, basic/utilities/cancellation and progress). A server that looks for the id without asking whose it is would end the
/// request of another caller, so that only what belongs to the same session crosses, and elsewhere nothing does.
/// </summary>
internal static class ClientNotice
{
    /// <summary>Why the notification is not passed on; null when it is, and for all other messages.</summary>
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

    // A process names requests by ids of the gateway: its channel looks the client's id up among the requests of that client alone. An
    // HTTP server is told the client's own id, which means one request only within a session. In the modern era a client cancels by
    // closing the stream (T28), which concerns nobody else.
    private static string? WhyNotCancelled(Exchange exchange, ValidatedMessage message, IExchangeRegistry registry)
    {
        if (!JsonRpcId.TryParse(message.Part(EnvelopeMember.ParamsRequestId), MessageLimits.Default, out var id)) return "cancels-no-request";
        if (registry.EndHeld(exchange, id)) return "cancels-a-held-request"; // which the server never saw
        if (exchange.Session is { } session) return session.Live.IsUnderWay(id) ? null : "cancels-no-request-of-the-session";
        return exchange.Server.Stdio is null ? "cancels-without-a-session" : null;
    }

    private static bool IsProgressOfAQuestion(Exchange exchange, ValidatedMessage message) =>
        exchange.Session is { } session
        && JsonRpcId.TryParse(message.Part(EnvelopeMember.ParamsProgressToken), MessageLimits.Default, out var token)
        && session.Live.IsProgressOfAQuestion(token);
}
