namespace Gatehouse.Pipeline;

/// <summary>How a server answers.</summary>
public enum UpstreamReplyKind
{
    /// <summary>It took a notification or answer; there is no body (202).</summary>
    Accepted,

    /// <summary>One message.</summary>
    Single,

    /// <summary>A stream of messages.</summary>
    Stream,

    /// <summary>A status without a message, such as 405 for a GET stream it does not offer.</summary>
    Status,
}
