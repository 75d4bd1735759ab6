namespace Gatehouse.Pipeline.Forward;

/// <summary>
/// How a server declined a request as a whole, beside or instead of a message. The transport to the client says it in its own way: over HTTP by
/// a status.
/// </summary>
public enum UpstreamDecline
{
    /// <summary>Not at all: the server took the request.</summary>
    None,

    /// <summary>The server does not accept the request as valid.</summary>
    Invalid,

    /// <summary>The server does not know what the request addresses.</summary>
    Unknown,

    /// <summary>The server does not offer this: a stream outside of requests, or the end of a session by the client.</summary>
    NotOffered,

    /// <summary>The server does not take the request beside another one: there is a stream already.</summary>
    Conflict,
}
