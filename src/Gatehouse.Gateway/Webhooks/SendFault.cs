using System.Globalization;
using Gatehouse.Outbound;

namespace Gatehouse.Gateway.Webhooks;

/// <summary>The causes why a notification was not taken, as words of a closed set with the status of an answer.</summary>
internal static class SendFault
{
    /// <summary>The entry about the notification cannot be made durable.</summary>
    public const string Log = "log";

    /// <summary>The queue of the webhook, or the part of the caller, is full.</summary>
    public const string Full = "queue-full";

    /// <summary>Returns the cause of a status; null for one that says that the notification was taken.</summary>
    public static string? Of(int status) => status switch
    {
        >= 200 and < 300 => null,
        >= 300 and < 400 => "redirect",
        _ => "status-" + status.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Returns the cause of an exception of the client.</summary>
    public static string Of(Exception fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return fault is OperationCanceledException ? "timeout" : fault.GetBaseException() is DestinationRefusedException ? "address-refused" : "connection";
    }
}
