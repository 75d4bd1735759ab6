using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// The outcome of opening a handle: its session, or the cause why there is none. A client gets the same answer for each cause but a containment
/// (ST-01); the cause is for the audit log.
/// </summary>
/// <remarks>
/// The id of a session that is over is not among them, and neither is that of its containment, whose entry has the session. The entry of the request
/// has the name of its caller, and with an id it would give that name to entries of the session that were erased since (DP-03).
/// </remarks>
public readonly record struct SessionOpening
{
    private SessionOpening(SessionBinding? session, string? cause) => (Session, Cause) = (session, cause);

    /// <summary>
    /// The handle is altered, was sealed for another caller, client or server, or under a key that is gone. Which of them cannot be known.
    /// </summary>
    public static SessionOpening NotOpened { get; } = new(null, "not-opened");

    /// <summary>The session is past its absolute end.</summary>
    public static SessionOpening Expired { get; } = new(null, "expired");

    /// <summary>The session ended: by its client, an administrator or its server, or because it was idle for too long.</summary>
    public static SessionOpening Ended { get; } = new(null, "ended");

    /// <summary>The session is contained. Its owner learns that.</summary>
    public static SessionOpening Contained { get; } = new(null, Reasons.Contained.Slug);

    /// <summary>The live session; null where there is none.</summary>
    public SessionBinding? Session { get; }

    /// <summary>Why there is no session: <c>not-opened</c>, <c>expired</c>, <c>ended</c> or <c>contained</c>; null where there is one.</summary>
    public string? Cause { get; }

    /// <summary>True where the session is contained.</summary>
    public bool IsContained => ReferenceEquals(Cause, Contained.Cause);

    /// <summary>The handle of a live session.</summary>
    public static SessionOpening Of(SessionBinding session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return new SessionOpening(session, null);
    }
}
