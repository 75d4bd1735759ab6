namespace Gatehouse.Pipeline.Upstream;

/// <summary>
/// The intent of a client with one exchange. The transport sets it when it creates the exchange. The stages use it instead of an HTTP method, so that
/// they mean the same over every transport.
/// </summary>
public enum ExchangeIntent
{
    /// <summary>To send one message: a request, a notification or an answer.</summary>
    Message,

    /// <summary>To listen to the server's messages outside of requests, or to resume a stream (legacy era). There is no message.</summary>
    Listen,

    /// <summary>To end the session (legacy era). There is no message.</summary>
    EndSession,
}
