using Gatehouse.Settings;
using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of sessions.</summary>
internal static class SessionKeys
{
    private static readonly KeysOf<SessionSettings> Key = new(new SessionSettings());

    /// <summary>All rows.</summary>
    public static IEnumerable<ConfigurationKey> All =>
    [
        new("sessions", Section, "Sessions (protocol revisions up to 2025-11-25)."),
        Key.Duration("sessions.idle", "Time after which the gateway ends an unused session.", "100ms", "168h",
            one => one.Idle, (one, value) => one with { Idle = value }),
        Key.Duration("sessions.absolute", "Time after its start at which the gateway ends a session, even if it is in use. Not less than idle.",
            "100ms", "720h", one => one.Absolute, (one, value) => one with { Absolute = value }),
        Key.Number("sessions.max",
            "Maximum number of open sessions. Conversations have the same bound, counted separately. Each conversation counts once for each of its "
                + "servers.", "1", "1000000",
            one => one.Max, (one, value) => one with { Max = value }),
        Key.Number("sessions.replayEvents", "Number of events kept for the resumption of one session of a stdio server.", "0", "100000",
            one => one.ReplayEvents, (one, value) => one with { ReplayEvents = value }) with { BelongsTo = BoundOwner.Session },
        Key.Size("sessions.replayBytes", "Bytes of such events.", "0", "256MiB",
            one => one.ReplayBytes, (one, value) => one with { ReplayBytes = value }) with { BelongsTo = BoundOwner.Session },
    ];
}
