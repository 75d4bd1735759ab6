namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// What callers without a session were told of definitions: those of the modern era, and of servers that have none. So long as a session would last, a caller's
/// client at one server is taken for one: from its first list or call until it was silent for <c>sessions.idle</c>, at most
/// <c>sessions.absolute</c>. Bounded by <c>sessions.max</c>; safe for concurrent use.
/// </summary>
public sealed class DefinitionMemory(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<Key, Remembered> callers = [];

    /// <summary>What the caller of an exchange without a session was told.</summary>
    public ToldDefinitions Of(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return exchange.Subject is null ? new ToldDefinitions() : OfCaller(exchange);
    }

    /// <summary>How many callers are remembered.</summary>
    public int Count
    {
        get
        {
            lock (gate) return callers.Count;
        }
    }

    private ToldDefinitions OfCaller(Exchange exchange)
    {
        var key = new Key(exchange.Server.Name, exchange.IsModern, exchange.Subject!.Issuer, exchange.Subject.Subject, exchange.Subject.ClientId);
        var bounds = exchange.Snapshot.Settings.Sessions;
        var now = time.GetTimestamp();
        lock (gate)
        {
            // A handshake of the old era begins anew, also where the server has no sessions.
            if (callers.TryGetValue(key, out var known) && IsAlive(known, bounds) && exchange.Message?.Method != "initialize")
            {
                known.Seen = now;
                return known.Told;
            }

            if (known is null && callers.Count >= bounds.Max) MakeRoom(bounds);
            var told = new ToldDefinitions();
            callers[key] = new Remembered(told, now) { Seen = now };
            return told;
        }
    }

    private bool IsAlive(Remembered one, Configuration.SessionSettings bounds) =>
        time.GetElapsedTime(one.Seen) < bounds.Idle && time.GetElapsedTime(one.Begun) < bounds.Absolute;

    // First who is silent for too long; then, so that not every further caller costs a walk, an eighth of those silent longest.
    private void MakeRoom(Configuration.SessionSettings bounds)
    {
        foreach (var (key, _) in callers.Where(pair => !IsAlive(pair.Value, bounds)).ToList()) callers.Remove(key);
        if (callers.Count < bounds.Max) return;
        foreach (var (key, _) in callers.OrderBy(pair => pair.Value.Seen).Take((callers.Count / 8) + 1).ToList()) callers.Remove(key);
    }

    private readonly record struct Key(string Server, bool IsModern, string Issuer, string Subject, string? Client);

    private sealed class Remembered(ToldDefinitions told, long begun)
    {
        public ToldDefinitions Told => told;

        public long Begun => begun;

        public long Seen { get; set; }
    }
}
