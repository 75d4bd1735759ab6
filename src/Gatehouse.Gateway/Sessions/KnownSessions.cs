namespace Gatehouse.Gateway.Sessions;

/// <summary>
/// The open sessions, by caller and by their last use. Nothing else is known of a session whose client was not seen since the process began. The
/// number is bounded as a whole and for each caller. At a bound, the caller's own session that was idle longest makes room.
/// </summary>
/// <remarks>
/// The threat: one caller opens every session there is, so that all other callers are refused (CWE-770). A client id, a token or a key is free to
/// make, so a caller is issuer and subject.
/// </remarks>
internal sealed class KnownSessions
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Known> byUid = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LinkedList<Known>> byOwner = new(StringComparer.Ordinal);

    /// <summary>Sessions that are open.</summary>
    public int Count
    {
        get
        {
            lock (gate) return byUid.Count;
        }
    }

    /// <summary>Adds a session, within both bounds.</summary>
    /// <param name="uid">The session.</param>
    /// <param name="owner">Its caller.</param>
    /// <param name="until">Its absolute end.</param>
    /// <param name="now">The moment of its use.</param>
    /// <param name="total">The bound of all.</param>
    /// <param name="each">The bound of one caller.</param>
    /// <param name="isIdle">Returns whether a session may end for it.</param>
    /// <param name="ended">The session that must end for it, or null when there was room.</param>
    /// <returns>False when neither bound has room and none of the caller's own is idle.</returns>
    public bool TryAdd(string uid, string owner, DateTimeOffset until, DateTimeOffset now, int total, long each, Func<string, bool> isIdle,
        out string? ended)
    {
        ended = null;
        lock (gate)
        {
            var own = byOwner.GetValueOrDefault(owner);
            if (byUid.Count >= total || own?.Count >= each)
            {
                ended = own?.FirstOrDefault(known => isIdle(known.Uid))?.Uid;
                if (ended is null) return false;
                Remove(ended);
            }

            Put(uid, owner, until, now);
            return true;
        }
    }

    /// <summary>Adds a session that was open before this process began, whatever the bounds are now.</summary>
    public void Restore(string uid, string owner, DateTimeOffset until, DateTimeOffset now)
    {
        lock (gate) Put(uid, owner, until, now);
    }

    /// <summary>Returns true while the session is open.</summary>
    public bool Contains(string uid)
    {
        lock (gate) return byUid.ContainsKey(uid);
    }

    /// <summary>Returns the number of the caller's sessions.</summary>
    public int CountOf(string owner)
    {
        lock (gate) return byOwner.TryGetValue(owner, out var own) ? own.Count : 0;
    }

    /// <summary>Returns the sessions of a caller.</summary>
    public IReadOnlyList<string> Of(string owner)
    {
        lock (gate) return byOwner.TryGetValue(owner, out var own) ? [.. own.Select(static known => known.Uid)] : [];
    }

    /// <summary>Stores the use of a session. Returns false when it is not open, or unused for so long that it is over.</summary>
    public bool Touch(string uid, DateTimeOffset now, TimeSpan idle, Func<string, bool> isIdle)
    {
        lock (gate)
        {
            if (!byUid.TryGetValue(uid, out var known) || IsOver(known, now, idle, isIdle)) return false;
            known.LastSeen = now;
            var own = byOwner[known.Owner];
            own.Remove(known.Node!);
            own.AddLast(known.Node!);
            return true;
        }
    }

    /// <summary>Returns the sessions that are idle for too long or past their absolute end.</summary>
    public IReadOnlyList<string> Over(DateTimeOffset now, TimeSpan idle, Func<string, bool> isIdle)
    {
        lock (gate) return [.. byUid.Values.Where(known => IsOver(known, now, idle, isIdle)).Select(known => known.Uid)];
    }

    /// <summary>Removes a session.</summary>
    public void Remove(string uid)
    {
        lock (gate)
        {
            if (!byUid.Remove(uid, out var known)) return;
            var own = byOwner[known.Owner];
            own.Remove(known.Node!);
            if (own.Count == 0) byOwner.Remove(known.Owner); // a caller that has gone leaves nothing behind
        }
    }

    private static bool IsOver(Known known, DateTimeOffset now, TimeSpan idle, Func<string, bool> isIdle) =>
        known.Until <= now || (known.LastSeen + idle <= now && isIdle(known.Uid));

    private void Put(string uid, string owner, DateTimeOffset until, DateTimeOffset now)
    {
        var known = new Known(uid, owner, until) { LastSeen = now };
        if (!byUid.TryAdd(uid, known)) return;
        if (!byOwner.TryGetValue(owner, out var own)) byOwner.Add(owner, own = new LinkedList<Known>());
        known.Node = own.AddLast(known);
    }

    private sealed class Known(string uid, string owner, DateTimeOffset until)
    {
        public string Uid => uid;

        public string Owner => owner;

        public DateTimeOffset Until => until;

        public DateTimeOffset LastSeen { get; set; }

        public LinkedListNode<Known>? Node { get; set; }
    }
}
