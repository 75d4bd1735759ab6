using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// What became of a handle: its session, or the cause why there is none. A client gets the same answer for each cause but a containment (ST-01); the
/// cause is for the audit log.
/// </summary>
/// <remarks>
/// The id of a session that is over is not among them. The entry of the request has the name of its caller, and with the id it would give that name
/// to entries of the session that were erased since (DP-03).
/// </remarks>
public readonly record struct SessionOpening
{
    private SessionOpening(SessionBinding? session, string? cause, string? containment = null)
    {
        (Session, Cause, Containment) = (session, cause, containment);
    }

    /// <summary>
    /// The handle is altered, was sealed for another caller, client or server, or under a key that is gone. Which of them cannot be known.
    /// </summary>
    public static SessionOpening NotOpened { get; } = new(null, "not-opened");

    /// <summary>The session is past its absolute end.</summary>
    public static SessionOpening Expired { get; } = new(null, "expired");

    /// <summary>The session ended: by its client, an administrator or its server, or because it was idle for too long.</summary>
    public static SessionOpening Ended { get; } = new(null, "ended");

    /// <summary>The live session; null where there is none.</summary>
    public SessionBinding? Session { get; }

    /// <summary>Why there is no session: <c>not-opened</c>, <c>expired</c>, <c>ended</c> or <c>contained</c>; null where there is one.</summary>
    public string? Cause { get; }

    /// <summary>The id of the containment of the session; null where it is not contained.</summary>
    public string? Containment { get; }

    /// <summary>The handle of a live session.</summary>
    public static SessionOpening Of(SessionBinding session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return new SessionOpening(session, null);
    }

    /// <summary>The handle of a contained session.</summary>
    public static SessionOpening Contained(string containment) => new(null, Reasons.Contained.Slug, containment);
}
