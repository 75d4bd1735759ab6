namespace Gatehouse.Pipeline.Upstream;

/// <summary>The kinds of a server's reply.</summary>
public enum UpstreamReplyKind
{
    /// <summary>It accepted a notification or answer; there is no message.</summary>
    Accepted,

    /// <summary>One message.</summary>
    Single,

    /// <summary>A stream of messages.</summary>
    Stream,

    /// <summary>It ended the session; there is no message.</summary>
    SessionEnded,

    /// <summary>It declined without a message, for instance a stream that it does not offer.</summary>
    Declined,
}
