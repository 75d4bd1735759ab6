using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Protocol;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Holding;

/// <summary>Sessions of a gateway, and what happens to one after it was found and before its exchange has noted it.</summary>
internal sealed class ReplacedSessions(ISessions inner) : ISessions
{
    /// <summary>What happens to a session that was found.</summary>
    public Func<SessionBinding, ValueTask>? Found { get; set; }

    public async ValueTask<SessionOpening> OpenAsync(string handle, VerifiedToken caller, ServerSettings server, SessionSettings settings,
        CancellationToken cancellation)
    {
        var opening = await inner.OpenAsync(handle, caller, server, settings, cancellation);
        if (opening.Session is { } session && Found is not null) await Found(session);
        return opening;
    }

    public ValueTask<(SessionBinding Session, string Handle)> CreateAsync(
        VerifiedToken caller, ServerSettings server, SessionSettings settings, string? upstreamId, ProtocolRevision revision,
        ClientCapabilities capabilities) =>
        inner.CreateAsync(caller, server, settings, upstreamId, revision, capabilities);

    public ValueTask EndAsync(SessionBinding session) => inner.EndAsync(session);

    public string SealEvent(SessionBinding session, ResumePoint point) => inner.SealEvent(session, point);

    public ResumePoint? OpenEvent(SessionBinding session, string eventId) => inner.OpenEvent(session, eventId);
}
