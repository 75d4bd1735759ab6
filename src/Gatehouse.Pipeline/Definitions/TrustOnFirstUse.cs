using System.Collections.Concurrent;
using Gatehouse.Identity.Partitions;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Protocol;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// Trust on first use: of a server that nobody locked, each kind of definitions is taken as it was seen first, and held to that from then
/// on. A kind that was empty has been seen as well. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The threat: who can shape what is seen first decides what all others trust. A legacy session shows what its client declared and did, so
/// what counts for all callers is what the gateway saw in a session of its own. Only where one person is the only caller
/// (<paramref name="takesFromSessions"/>), and for servers that are configured as different by caller, a caller's own session is taken, for
/// that caller alone.
/// </remarks>
/// <param name="keep">Keeps a first use durably before anything of it is trusted; throws when it cannot.</param>
/// <param name="keepLater">Keeps one that a caller's session has shown already; reports by itself when it cannot.</param>
/// <param name="takesFromSessions">True where one person is the only caller, so that no session of the gateway's own is needed.</param>
public sealed class TrustOnFirstUse(Func<FirstUseRecord, Task> keep, Action<FirstUseRecord> keepLater, bool takesFromSessions)
{
    /// <summary>
    /// Most definitions of one server that are trusted for all callers; what it has beyond them is withheld. A kind that was seen counts as one.
    /// </summary>
    public const int MostOfServer = 10_000;

    /// <summary>Most of all servers together: the store must have room for what people approve and take back.</summary>
    public const int MostOfServers = 50_000;

    /// <summary>
    /// Most definitions that are trusted for single callers, of all servers; one caller gets the part that <c>limits.callerShare</c> says. A kind
    /// that was seen counts as one, else callers without number would each keep empty kinds (CWE-770).
    /// </summary>
    public const int MostOfCallers = 20_000;

    // A longer name is a row that no store takes; it is withheld like anything that was never seen.
    private const int LongestName = 1024;

    private readonly Lock gate = new();
    // one for each kind of each server; without a wait handle they hold nothing of the system
    private readonly ConcurrentDictionary<Place, SemaphoreSlim> seeing = [];
    private readonly Dictionary<Place, Pins> known = [];
    private readonly PinnedNames names = new();
    private readonly Dictionary<(string Server, string Source), int> counts = [];
    private readonly PartitionedBudget parts = new();
    private int total;

    /// <summary>True where no session of the gateway's own is needed.</summary>
    public bool TakesFromSessions => takesFromSessions;

    /// <summary>Takes up what was kept.</summary>
    public void Restore(FirstUseRecord use)
    {
        ArgumentNullException.ThrowIfNull(use);
        lock (gate)
        {
            if (use.Caller is { } caller) parts.TryTake(caller, Rows(use), long.MaxValue, long.MaxValue);
            else Count(use);
            Add(use);
        }
    }

    /// <summary>True when the gateway has seen the kind.</summary>
    public bool HasSeen(string server, ServerIdentity identity, DefinitionKind kind) => HasSeen(server, identity, kind, null);

    /// <summary>
    /// Takes what the gateway itself saw of a kind, for all callers; returns when it is kept. Does nothing for a kind that was seen before.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="identity">Where it comes from.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="definitions">All of the kind; two of one name where the eras of the protocol are shown different ones.</param>
    /// <param name="at">When.</param>
    public async Task SeeAsync(string server, ServerIdentity identity, DefinitionKind kind, IReadOnlyList<ServerDefinition> definitions,
        DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(definitions);
        if (HasSeen(server, identity, kind, null)) return;
        // One sight of a kind at a time: of two that are under way the second would pin what it saw beside what the first one did.
        var source = identity.Source.ToString();
        var turn = seeing.GetOrAdd(new Place(server, source, kind, null), static _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!HasSeen(server, identity, kind, null))
                await SeeFirstAsync(new FirstUseRecord(server, source, kind, Within(server, identity, definitions, null), at)).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task SeeFirstAsync(FirstUseRecord use)
    {
        await keep(use).ConfigureAwait(false);
        lock (gate)
        {
            Count(use);
            Add(use);
        }
    }

    /// <summary>What callers' sessions show: what is added where lists grow, and all that is seen first where sessions are taken.</summary>
    internal void Note(ServerSettings server, ServerIdentity identity, DefinitionKind kind, IReadOnlyList<ServerDefinition> definitions,
        in DefinitionObservation sight)
    {
        FirstUseRecord? use;
        lock (gate)
        {
            var isSeen = known.TryGetValue(new Place(server.Name, identity.Source.ToString(), kind, sight.Caller), out var pins);
            if (isSeen ? !server.Lists.Grow || !DefinitionKinds.IsNamed(kind) : !takesFromSessions && sight.Caller is null) return;
            use = Taken(server, identity, kind, isSeen ? [.. definitions.Where(one => !pins!.Has(one.Name))] : definitions, sight, isSeen);
            if (use is null) return;
            Add(use);
        }

        keepLater(use);
    }

    /// <summary>When the definition was seen first; null when it came later or is another one.</summary>
    internal DateTimeOffset? TrustedAt(in DefinitionEvaluationRequest question, ServerIdentity identity, string digest)
    {
        lock (gate) return Pinned(question, identity)?.Find(question.Definition.Name, digest);
    }

    /// <summary>Whether the kind was seen, and whether something of the name was: why a definition that is not trusted is withheld.</summary>
    internal (bool IsSeen, bool HasName) Before(in DefinitionEvaluationRequest question, ServerIdentity identity)
    {
        lock (gate)
        {
            var pins = Pinned(question, identity);
            return (pins is not null, pins is not null && pins.Has(question.Definition.Name));
        }
    }

    /// <summary>What of a kind that a server has one of was seen first; null when nothing was.</summary>
    internal ServerDefinition? Single(in DefinitionEvaluationRequest question, ServerIdentity identity)
    {
        lock (gate) return Pinned(question, identity)?.Single;
    }

    private Pins? Pinned(in DefinitionEvaluationRequest question, ServerIdentity identity) =>
        known.GetValueOrDefault(new Place(question.Server.Name, identity.Source.ToString(), question.Definition.Kind, question.Caller));

    private bool HasSeen(string server, ServerIdentity identity, DefinitionKind kind, CallerPartition? caller)
    {
        ArgumentNullException.ThrowIfNull(identity);
        lock (gate) return known.ContainsKey(new Place(server, identity.Source.ToString(), kind, caller));
    }

    // What one caller's sessions show takes places of that caller, whatever is shown to whom: a growing list must not fill the store for all.
    private FirstUseRecord? Taken(ServerSettings server, ServerIdentity identity, DefinitionKind kind, IReadOnlyList<ServerDefinition> definitions,
        in DefinitionObservation sight, bool isGrowth)
    {
        List<(ServerDefinition, string)> taken = [];
        if (!isGrowth && sight.Caller is { } first && !TryTakePart(first, sight)) return null; // not even that the kind was seen is kept
        foreach (var (definition, digest) in Within(server.Name, identity, definitions, sight.Caller))
        {
            // A name that was pinned under any authorization is no newcomer under another: it is the same, or it is withheld.
            if (sight.Caller is null && names.IsAnother(server.Name, identity.Source.ToString(), definition, digest)) continue;
            if (sight.Caller is { } caller && !TryTakePart(caller, sight)) break;
            taken.Add((definition, digest));
        }

        if (isGrowth && taken.Count == 0) return null;
        var use = new FirstUseRecord(server.Name, identity.Source.ToString(), kind, taken, sight.At) { Caller = sight.Caller, IsGrowth = isGrowth };
        if (sight.Caller is null) Count(use);
        return use;
    }

    private bool TryTakePart(CallerPartition caller, in DefinitionObservation sight) =>
        parts.TryTake(caller, 1, MostOfCallers, PartitionedBudget.PartOf(MostOfCallers, sight.CallerShare)) == PartitionedVerdict.Taken;

    private List<(ServerDefinition Definition, string Digest)> Within(string server, ServerIdentity identity,
        IReadOnlyList<ServerDefinition> definitions, CallerPartition? caller)
    {
        var room = MostOfServer;
        lock (gate)
        {
            if (caller is null) room = Math.Min(room - counts.GetValueOrDefault((server, identity.Source.ToString())), MostOfServers - total);
        }

        return
        [
            .. definitions.Where(one => one.Name.Length <= LongestName && !one.Name.Contains('\0', StringComparison.Ordinal))
                .Select(one => (Definition: Own(one), Digest: DefinitionDigest.Of(one)))
                .DistinctBy(one => (one.Definition.Name, one.Digest))
                .Take(Math.Max(0, room)),
        ];
    }

    // It is written when the message that it came in is long gone.
    private static ServerDefinition Own(ServerDefinition definition) =>
        new(definition.Kind, definition.Name, definition.Json.ToArray(), new ByteRange(0, definition.Range.Length));

    // Each definition is one, and that the kind was seen is another; a kind that grows was seen before.
    private static int Rows(FirstUseRecord use) => use.Definitions.Count + (use.IsGrowth ? 0 : 1);

    private void Count(FirstUseRecord use)
    {
        var more = Rows(use);
        counts[(use.Server, use.Source)] = counts.GetValueOrDefault((use.Server, use.Source)) + more;
        total += more;
    }

    private void Add(FirstUseRecord use)
    {
        var place = new Place(use.Server, use.Source, use.Kind, use.Caller);
        if (!known.TryGetValue(place, out var pins)) known[place] = pins = new Pins();
        foreach (var (definition, digest) in use.Definitions)
        {
            var isFirst = !pins.Has(definition.Name);
            if (pins.Add(definition, digest, use.At)) names.Add(use.Server, use.Source, definition, digest, isFirst);
        }
    }

    private readonly record struct Place(string Server, string Source, DefinitionKind Kind, CallerPartition? Caller);

    // Of most names there is one digest; of some two, one of each era of the protocol.
    private sealed class Pins
    {
        private readonly Dictionary<string, (string Digest, DateTimeOffset At)> first = new(StringComparer.Ordinal);
        private Dictionary<(string Name, string Digest), DateTimeOffset>? others;

        public ServerDefinition? Single { get; private set; }

        public bool Has(string name) => first.ContainsKey(name);

        public DateTimeOffset? Find(string name, string digest)
        {
            if (!first.TryGetValue(name, out var one)) return null;
            if (one.Digest == digest) return one.At;
            return others is not null && others.TryGetValue((name, digest), out var at) ? at : null;
        }

        /// <summary>Adds a definition; false when it was pinned already.</summary>
        public bool Add(ServerDefinition definition, string digest, DateTimeOffset at)
        {
            if (!DefinitionKinds.IsNamed(definition.Kind) && definition.Range.Length > 0) Single ??= definition;
            return first.TryAdd(definition.Name, (digest, at))
                || (first[definition.Name].Digest != digest && (others ??= []).TryAdd((definition.Name, digest), at));
        }
    }
}
