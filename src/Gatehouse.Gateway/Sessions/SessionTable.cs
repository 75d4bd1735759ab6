using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using Gatehouse.Identity;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Protocol;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Sessions;

/// <summary>
/// Sessions of the legacy era. A handle is a sealed box: its associated data are issuer, subject, client and server, so
/// another user's handle fails to open in the same way as a random string (ST-01). What a handle holds survives a restart
/// with the same key ring; what is live does not.
/// </summary>
public sealed class SessionTable(KeyRing keys, IEndedSessions ended, TimeProvider time) : ISessions
{
    private const string HandlePurpose = "session-handle/v1";
    private const string EventPurpose = "event-id/v1";
    private const int MaxHandle = 2048;

    private readonly ConcurrentDictionary<string, SessionEntry> entries = new(StringComparer.Ordinal);

    /// <summary>Raised when a session ends, by whatever cause, with its id.</summary>
    public event Action<SessionEntry>? Ended;

    /// <summary>The sessions known in this process.</summary>
    public IReadOnlyCollection<SessionEntry> Entries => [.. entries.Values];

    /// <inheritdoc />
    public SessionBinding? Open(string handle, VerifiedToken caller, ServerSettings server, SessionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(handle);
        ArgumentNullException.ThrowIfNull(settings);
        var now = time.GetUtcNow();
        return Unseal(handle, Owner(caller, server)) is { } sealedSession
            && sealedSession.ExpiresAt > now
            && !ended.Contains(sealedSession.Uid)
            && Live(sealedSession, caller, server, settings, now) is { } entry
            ? entry.Binding
            : null;
    }

    /// <inheritdoc />
    public (SessionBinding Session, string Handle) Create(
        VerifiedToken caller,
        ServerSettings server,
        SessionSettings settings,
        string? upstreamId,
        ProtocolRevision revision,
        ClientCapabilities capabilities)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (entries.Count >= settings.Max) Sweep(settings);
        if (entries.Count >= settings.Max) throw new RefusalException(Reasons.TooManySessions, "sessions.max");
        var now = time.GetUtcNow();
        var binding = new SessionBinding(Ids.New(time), upstreamId, revision, capabilities, now, now + settings.Absolute) { Live = new LiveSession() };
        entries[binding.Uid] = new SessionEntry(binding, caller, server.Name, now);
        var handle = keys.Seal(HandlePurpose, Owner(caller, server), SessionFormat.Write(binding));
        return (binding, Base64Url.EncodeToString(handle));
    }

    /// <inheritdoc />
    public ValueTask EndAsync(SessionBinding session)
    {
        ArgumentNullException.ThrowIfNull(session);
        var durable = ended.AddAsync(session.Uid, session.ExpiresAt);
        if (entries.TryRemove(session.Uid, out var entry)) Ended?.Invoke(entry);
        return durable;
    }

    /// <summary>Ends sessions that are idle or expired.</summary>
    public void Sweep(SessionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var now = time.GetUtcNow();
        foreach (var entry in entries.Values)
        {
            if (!entry.IsOver(now, settings.Idle)) continue;
            _ = EndAsync(entry.Binding).AsTask(); // its time is over in any case: nobody waits for the store
        }
    }

    /// <inheritdoc />
    public string SealEvent(SessionBinding session, ResumePoint point)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(point);
        var plain = Encoding.UTF8.GetBytes(point.Stream + "\n" + point.UpstreamEventId);
        return Base64Url.EncodeToString(keys.Seal(EventPurpose, Encoding.UTF8.GetBytes(session.Uid), plain));
    }

    /// <inheritdoc />
    public ResumePoint? OpenEvent(SessionBinding session, string eventId)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (Decode(eventId) is not { } box) return null;
        if (!keys.TryOpen(EventPurpose, Encoding.UTF8.GetBytes(session.Uid), box, out var plain)) return null;
        var parts = Encoding.UTF8.GetString(plain).Split('\n', 2);
        return parts.Length == 2 ? new ResumePoint(parts[0], parts[1]) : null;
    }

    private SessionEntry? Live(SessionBinding sealedSession, VerifiedToken caller, ServerSettings server, SessionSettings settings, DateTimeOffset now)
    {
        if (!entries.TryGetValue(sealedSession.Uid, out var entry))
        {
            // After a restart: the handle is good, so the session goes on; its idle time starts anew.
            if (entries.Count >= settings.Max) return null;
            entry = entries.GetOrAdd(sealedSession.Uid, _ => new SessionEntry(sealedSession, caller, server.Name, now));
        }

        if (entry.IsOver(now, settings.Idle))
        {
            _ = EndAsync(entry.Binding).AsTask();
            return null;
        }

        entry.Touch(now);
        return entry;
    }

    private SessionBinding? Unseal(string handle, byte[] owner) =>
        Decode(handle) is { } box && keys.TryOpen(HandlePurpose, owner, box, out var plain) ? SessionFormat.Read(plain) : null;

    private static byte[]? Decode(string text)
    {
        if (text.Length is 0 or > MaxHandle || !Base64Url.IsValid(text)) return null;
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // Length before each part: no two owners can spell the same bytes.
    private static byte[] Owner(VerifiedToken caller, ServerSettings server)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(server);
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        writer.Write(caller.Issuer);
        writer.Write(caller.Subject);
        writer.Write(caller.ClientId ?? "");
        writer.Write(server.Name);
        writer.Flush();
        return buffer.ToArray();
    }
}
