using Gatehouse.Outbound;

namespace Gatehouse.Gateway.Webhooks;

/// <summary>The causes why a notification was not taken: the words of <see cref="OutboundFault"/>, and those of webhooks.</summary>
internal static class SendFault
{
    /// <summary>The entry about the notification cannot be made durable.</summary>
    public const string Log = "log";

    /// <summary>The queue of the webhook, or the part of the caller, is full.</summary>
    public const string Full = "queue-full";

    /// <summary>The secret of the webhook is not one any more.</summary>
    public const string Secret = "secret";

    /// <summary>A fault of the gateway itself.</summary>
    public const string Own = "fault";

    /// <summary>Returns the cause of a status; null for one that says that the notification was taken.</summary>
    /// <param name="status">The status.</param>
    public static string? Of(int status) => status is >= 200 and < 300 ? null : OutboundFault.OfStatus(status);

    /// <summary>Returns the cause of an exception of the client.</summary>
    /// <param name="fault">The exception.</param>
    public static string Of(Exception fault) => OutboundFault.Of(fault) ?? OutboundFault.Unreachable; // a connection that broke within the answer
}
