namespace Gatehouse.Pipeline.Upstream;

/// <summary>
/// The ways in which a server declined a request as a whole, in addition to a message or instead of one. The transport to the client expresses it in
/// its own form: over HTTP by a status.
/// </summary>
public enum UpstreamDecline
{
    /// <summary>It did not decline: the server accepted the request.</summary>
    None,

    /// <summary>The server does not accept the request as valid.</summary>
    Invalid,

    /// <summary>The server does not know the target of the request.</summary>
    Unknown,

    /// <summary>The server does not offer this: a stream outside of requests, or the end of a session by the client.</summary>
    NotOffered,

    /// <summary>The server does not accept the request in addition to another one: a stream already exists.</summary>
    Conflict,
}
