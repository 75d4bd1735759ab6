namespace Gatehouse.Pipeline;

/// <summary>
/// What a client wants with one exchange. Set by the transport when it creates the exchange; the stages ask for it instead of an HTTP method,
/// so that they mean the same over every transport.
/// </summary>
public enum ExchangeIntent
{
    /// <summary>To send one message: a request, a notification or an answer.</summary>
    Message,

    /// <summary>To listen to what the server sends outside of requests, or to resume a stream (legacy era). There is no message.</summary>
    Listen,

    /// <summary>To end the session (legacy era). There is no message.</summary>
    EndSession,
}
