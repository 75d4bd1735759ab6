using System.Collections.Concurrent;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Records;
using Gatehouse.Protocol;
using Gatehouse.Settings;

namespace Gatehouse.Range.Doubles;

/// <summary>Sessions known by their id alone, whoever names it; event ids are the upstream's own.</summary>
internal sealed class UnboundSessions : ISessions
{
    private readonly ConcurrentDictionary<string, SessionBinding> sessions = new(StringComparer.Ordinal);

    public ValueTask<SessionOpening> OpenAsync(string handle, VerifiedToken caller, ServerSettings server, SessionSettings settings,
        CancellationToken cancellation) =>
        ValueTask.FromResult(sessions.TryGetValue(handle, out var session) ? SessionOpening.Of(session) : SessionOpening.NotOpened);

    public ValueTask<(SessionBinding Session, string Handle)> CreateAsync(
        VerifiedToken caller, ServerSettings server, SessionSettings settings, string? upstreamId, ProtocolRevision revision,
        ClientCapabilities capabilities)
    {
        var now = TimeProvider.System.GetUtcNow();
        var handle = upstreamId ?? Ids.New(TimeProvider.System);
        var binding = new SessionBinding(handle, upstreamId, revision, capabilities, now, now + settings.Absolute) { Live = new LiveSession() };
        sessions[handle] = binding;
        return ValueTask.FromResult((binding, handle));
    }

    public ValueTask EndAsync(SessionBinding session)
    {
        sessions.TryRemove(session.Uid, out _);
        return ValueTask.CompletedTask;
    }

    public string SealEvent(SessionBinding session, ResumePoint point) => point.UpstreamEventId;

    public ResumePoint? OpenEvent(SessionBinding session, string eventId) => new("", eventId);
}
