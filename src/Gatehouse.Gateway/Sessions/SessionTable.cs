using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Records;
using Gatehouse.Protocol;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Sessions;

/// <summary>
/// Sessions of the legacy era. A handle is a sealed box. Its associated data are issuer, subject, client and server, so another user's handle fails
/// to open in the same way as a random string (ST-01). The content of a handle survives a restart with the same key ring; live state does not. A
/// handle opens only while its session is kept as open, so ended sessions need no memory, however many there were.
/// </summary>
public sealed class SessionTable : ISessions
{
    private const string HandlePurpose = "session-handle/v1";
    private const string EventPurpose = "event-id/v1";
    private const string OwnerPurpose = "session-owner/v1";

    /// <summary>The most characters of a handle.</summary>
    internal const int MaxHandle = 2048;

    // A sweep costs a walk over all sessions under their lock: at the bound, refused callers must not make the gateway walk each time (CWE-407).
    private static readonly TimeSpan SweepPause = TimeSpan.FromSeconds(1);

    // RFC 4648, section 5.
    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private readonly KeyRing keys;
    private readonly PersistentOpenSessions kept;
    private readonly TimeProvider time;
    private readonly Func<int> callerShare;
    private readonly byte[] ownerKey;
    private readonly KnownSessions known = new();
    private readonly OpenedHandles opened;
    private readonly Func<string, bool> isIdle;
    private readonly ConcurrentDictionary<string, SessionEntry> entries = new(StringComparer.Ordinal);
    private long sweptAt = long.MinValue; // a timestamp of the clock; not swept yet

    /// <summary>Makes a table with the sessions that are kept.</summary>
    /// <param name="keys">Seals the handles.</param>
    /// <param name="store">The open sessions across restarts.</param>
    /// <param name="open">The sessions that were open when the process began.</param>
    /// <param name="time">The clock.</param>
    /// <param name="callerShare">The part of <c>sessions.max</c> that one caller may have, in percent.</param>
    /// <param name="log">Receives events for the operator.</param>
    public SessionTable(KeyRing keys, ISessionStore store, IEnumerable<OpenSessionRow> open, TimeProvider time, Func<int> callerShare,
        ILogger log)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(open);
        ArgumentNullException.ThrowIfNull(time);
        this.keys = keys;
        opened = new OpenedHandles(keys);
        isIdle = IsIdle;
        kept = new PersistentOpenSessions(store, log);
        this.time = time;
        this.callerShare = callerShare;
        ownerKey = keys.DeriveKey(OwnerPurpose, default, SHA256.HashSizeInBytes);
        var now = time.GetUtcNow();
        foreach (var row in open) known.Restore(row.SessionUid, row.Owner, row.Until, now);
    }

    /// <summary>Returns whether a session is contained. Its owner is refused with that reason, and no other caller learns of it.</summary>
    internal Func<string, bool> IsContained { get; init; } = static _ => false;

    /// <summary>Raised when a session ends, by whatever cause, with its id.</summary>
    public event Action<SessionEntry>? Ended;

    /// <summary>The sessions known in this process.</summary>
    public IReadOnlyCollection<SessionEntry> Entries => [.. entries.Values];

    /// <summary>Returns whether a session is open, also one whose client was not seen since the process began.</summary>
    internal bool IsOpen(string uid) => known.Contains(uid);

    /// <summary>The number of handles that are known without being opened again.</summary>
    internal int KnownHandles => opened.Count;

    /// <summary>The number of open sessions, including those whose clients were not seen since the process began.</summary>
    public int Count => known.Count;

    /// <inheritdoc />
    public ValueTask<SessionOpening> OpenAsync(string handle, VerifiedToken caller, ServerSettings server, SessionSettings settings,
        CancellationToken cancellation) => ValueTask.FromResult(Open(handle, caller, server, settings));

    private SessionOpening Open(string handle, VerifiedToken caller, ServerSettings server, SessionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(handle);
        ArgumentNullException.ThrowIfNull(settings);
        var now = time.GetUtcNow();
        var generation = keys.Generation; // from before the handle is opened
        var used = opened.Find(handle, caller, server.Name);
        var named = used?.Binding ?? Unseal(handle, Owner(caller, server));
        if (named is null) return SessionOpening.NotOpened;
        if (IsContained(named.Uid)) return SessionOpening.Contained;
        if (named.ExpiresAt <= now) return SessionOpening.Expired;
        if (Live(named, caller, server, settings, now) is not { } entry) return SessionOpening.Ended;
        if (used is null) Remember(handle, entry, generation);
        return SessionOpening.Of(entry.Binding);
    }

    /// <inheritdoc />
    public async ValueTask<(SessionBinding Session, string Handle)> CreateAsync(
        VerifiedToken caller,
        ServerSettings server,
        SessionSettings settings,
        string? upstreamId,
        ProtocolRevision revision,
        ClientCapabilities capabilities)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var now = time.GetUtcNow();
        var binding = new SessionBinding(Ids.New(time), upstreamId, revision, capabilities, now, now + settings.Absolute)
        { Live = new LiveSession() };
        var owner = OwnerDigest(caller);
        entries[binding.Uid] = new SessionEntry(binding, caller, server.Name, now);
        Admit(binding, owner, settings, now);
        await kept.AddAsync(new OpenSessionRow(binding.Uid, owner, binding.ExpiresAt)).ConfigureAwait(false);
        if (!known.Contains(binding.Uid)) await kept.RemoveAsync(binding.Uid).ConfigureAwait(false); // ended for another while it was being kept
        var handle = keys.Seal(HandlePurpose, Owner(caller, server), SessionFormat.Write(binding));
        return (binding, Base64Url.EncodeToString(handle));
    }

    /// <inheritdoc />
    public ValueTask EndAsync(SessionBinding session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return EndAsync(session.Uid);
    }

    /// <summary>Ends sessions that are idle or expired.</summary>
    public void Sweep(SessionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var now = time.GetUtcNow();
        // its time is over in any case: the write is not awaited, and the store reports by itself
        foreach (var uid in known.Over(now, settings.Idle, isIdle)) _ = EndAsync(uid).AsTask();
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

    private SessionEntry? Live(SessionBinding sealedSession, VerifiedToken caller, ServerSettings server, SessionSettings settings,
        DateTimeOffset now)
    {
        if (!known.Touch(sealedSession.Uid, now, settings.Idle, isIdle)) return null; // has ended; or is over, and the sweep ends it
        // After a restart: the handle is good and the session is kept, so it continues.
        if (!entries.TryGetValue(sealedSession.Uid, out var entry))
            entry = entries.GetOrAdd(sealedSession.Uid, new SessionEntry(sealedSession, caller, server.Name, now));
        if (!known.Contains(sealedSession.Uid))
        {
            Forget(sealedSession.Uid); // it ended in the same moment, and nothing would ever take the entry away
            return null;
        }

        entry.Touch(now);
        return entry;
    }

    private void Admit(SessionBinding binding, string owner, SessionSettings settings, DateTimeOffset now)
    {
        if (known.Count >= settings.Max && MaySweep()) Sweep(settings);
        var each = PartitionedBudget.PartOf(settings.Max, callerShare());
        if (!known.TryAdd(binding.Uid, owner, binding.ExpiresAt, now, settings.Max, each, isIdle, out var ended))
        {
            entries.TryRemove(binding.Uid, out _);
            throw known.CountOf(owner) >= each ? new RefusalException(Reasons.OwnSessionsBusy, "sessions.max, limits.callerShare")
                : new RefusalException(Reasons.TooManySessions, "sessions.max");
        }

        // It is its owner's, and no client learned that it ended. Should a crash lose this write, the next start has the session again and bounds it.
        if (ended is not null) _ = EndAsync(ended).AsTask();
    }

    // By a clock that is never set back.
    private bool MaySweep()
    {
        var last = Interlocked.Read(ref sweptAt);
        var now = time.GetTimestamp();
        return (last == long.MinValue || time.GetElapsedTime(last, now) >= SweepPause) && Interlocked.CompareExchange(ref sweptAt, now, last) == last;
    }

    /// <summary>Ends a session by its id, also one whose client was not seen since the process began.</summary>
    internal ValueTask EndAsync(string uid)
    {
        known.Remove(uid);
        if (Forget(uid) is { } entry)
        {
            entry.Binding.Live.End();
            Ended?.Invoke(entry);
        }

        return kept.RemoveAsync(uid);
    }

    // The end of a session takes it from those that are known, and forgets its handle then. If it came before the handle was added, this finds it.
    private void Remember(string handle, SessionEntry entry, long generation)
    {
        opened.Add(handle, entry, generation);
        if (!known.Contains(entry.Binding.Uid)) opened.Remove(entry);
    }

    private SessionEntry? Forget(string uid)
    {
        if (!entries.TryRemove(uid, out var entry)) return null;
        opened.Remove(entry);
        return entry;
    }

    /// <summary>Ends the sessions of a caller, also those whose client was not seen since the process began.</summary>
    /// <returns>Their number.</returns>
    internal async Task<int> EndOfAsync(string issuer, string subject)
    {
        // A session that was kept before a rotation of the ring has the digest of an earlier key.
        var digests = keys.DeriveKeys(OwnerPurpose, [], SHA256.HashSizeInBytes).Select(key => OwnerDigest(key, issuer, subject));
        var ending = digests.SelectMany(known.Of)
            .Concat(entries.Where(one => one.Value.Issuer == issuer && one.Value.Subject == subject).Select(static one => one.Key))
            .Distinct(StringComparer.Ordinal).ToList();
        foreach (var uid in ending) await EndAsync(uid).ConfigureAwait(false);
        return ending.Count;
    }

    private bool IsIdle(string uid) => !entries.TryGetValue(uid, out var entry) || entry.Binding.Live.Exchanges == 0;

    // The store must not learn who the callers are. A new key of the ring counts them again.
    private string OwnerDigest(VerifiedToken caller) => OwnerDigest(ownerKey, caller.Issuer, caller.Subject);

    private static string OwnerDigest(byte[] key, string issuer, string subject) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{issuer.Length}:{issuer}{subject}")));

    private SessionBinding? Unseal(string handle, byte[] owner) =>
        Decode(handle) is { } box && keys.TryOpen(HandlePurpose, owner, box, out var plain) ? SessionFormat.Read(plain) : null;

    private static byte[]? Decode(string text)
    {
        // The decoder would take other spellings too: white space and padding.
        if (text.Length is 0 or > MaxHandle || text.AsSpan().ContainsAnyExcept(Alphabet)) return null;
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
