using System.Globalization;

namespace Gatehouse.Outbound;

/// <summary>Faults of requests that the gateway sends by itself, as words of one closed set for entries, events and status.</summary>
internal static class OutboundFault
{
    /// <summary>The fault of an answer that did not come in time.</summary>
    public const string Timeout = "timeout";

    /// <summary>The fault of a connection: none, with a certificate that is not accepted, or without HTTP.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>The fault of an address that the SSRF guard refuses.</summary>
    public const string DestinationRefused = "destination-refused";

    /// <summary>The fault of an answer that is too long, or ended early.</summary>
    public const string UnreadableAnswer = "unreadable-answer";

    /// <summary>Returns the word for an exception of an outgoing client; null for one that is not about a request.</summary>
    /// <param name="fault">The exception.</param>
    public static string? Of(Exception fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (fault is OperationCanceledException) return Timeout;
        if (fault.GetBaseException() is DestinationRefusedException) return DestinationRefused;
        if (fault is UnreadableAnswerException) return UnreadableAnswer;
        return fault is HttpRequestException ? Unreachable : null;
    }

    /// <summary>Returns the word for the status of an answer.</summary>
    /// <param name="status">The status; no redirect is followed.</param>
    public static string OfStatus(int status) => string.Create(CultureInfo.InvariantCulture, $"http-{status}");
}
