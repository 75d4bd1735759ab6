using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Protocol;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>Sessions of the legacy era: sealed handles bound to issuer, subject, client and server (ST-01).</summary>
public interface ISessions
{
    /// <summary>
    /// Opens a handle. It gives no session for everything that is not a live session of this caller for this server: another user's handle is like
    /// an unknown one. Completes synchronously if the answer is in memory.
    /// </summary>
    ValueTask<SessionOpening> OpenAsync(string handle, VerifiedToken caller, ServerSettings server, SessionSettings settings,
        CancellationToken cancellation);

    /// <summary>
    /// Creates a session and its handle; returns when a restart cannot lose it. At a bound, the caller's own session with the longest idle time is
    /// ended for it.
    /// </summary>
    /// <exception cref="RefusalException"><see cref="Reasons.OwnSessionsBusy"/>, <see cref="Reasons.TooManySessions"/>.</exception>
    ValueTask<(SessionBinding Session, string Handle)> CreateAsync(
        VerifiedToken caller,
        ServerSettings server,
        SessionSettings settings,
        string? upstreamId,
        ProtocolRevision revision,
        ClientCapabilities capabilities);

    /// <summary>Ends a session permanently; returns when a restart cannot bring it back.</summary>
    ValueTask EndAsync(SessionBinding session);

    /// <summary>Seals an event id of the gateway for a position in a stream of the session (L10, ST-02).</summary>
    string SealEvent(SessionBinding session, ResumePoint point);

    /// <summary>Opens an event id; null when it was not issued in this session. The id is self-contained: no store is read.</summary>
    ResumePoint? OpenEvent(SessionBinding session, string eventId);
}
