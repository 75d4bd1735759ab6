using System.Collections.Concurrent;
using Gatehouse.Identity.Partitions;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Protocol.Json;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// Trust on first use: for a server that is not locked, the first observation of each kind of definitions is trusted, and the server is held to it
/// from then on. An empty kind counts as observed as well. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The threat: a party that can shape the first observation decides what all others trust. A legacy session shows definitions that depend on its
/// client's capabilities and actions. So only the gateway's observation in its own session counts for all callers. A caller's own session counts in
/// two cases: if one person is the only caller (<paramref name="takesFromSessions"/>), and, only for that caller, on servers that are configured as
/// different by caller.
/// </remarks>
/// <param name="keep">Stores a first use durably before any of it is trusted; throws when it cannot.</param>
/// <param name="keepLater">Stores a first use that a caller's session has already shown; reports a failure itself.</param>
/// <param name="takesFromSessions">True when one person is the only caller, so that no session of the gateway itself is needed.</param>
public sealed class TrustOnFirstUse(Func<FirstUseRecord, Task> keep, Action<FirstUseRecord> keepLater, bool takesFromSessions)
{
    /// <summary>Most definitions of one server that are trusted for all callers; further ones are withheld. An observed kind counts as one.</summary>
    public const int MostOfServer = 10_000;

    /// <summary>Most definitions of all servers together: the store must have room for approvals and revocations.</summary>
    public const int MostOfServers = 50_000;

    /// <summary>
    /// Most definitions that are trusted for single callers, of all servers; one caller gets the part of <c>limits.callerShare</c>. An observed kind
    /// counts as one. Otherwise any number of callers could each keep empty kinds (CWE-770).
    /// </summary>
    public const int MostOfCallers = 20_000;

    // No store accepts a row with a longer name; it is withheld like a definition that was never observed.
    private const int LongestName = 1024;

    private readonly Lock gate = new();
    // one for each kind of each server; without a wait handle they hold no system resource
    private readonly ConcurrentDictionary<Place, SemaphoreSlim> seeing = [];
    private readonly Dictionary<Place, Pins> known = [];
    private readonly PinnedNames names = new();
    private readonly Dictionary<(string Server, string Source), int> counts = [];
    private readonly PartitionedBudget parts = new();
    private int total;

    /// <summary>True when no session of the gateway itself is needed.</summary>
    public bool TakesFromSessions => takesFromSessions;

    /// <summary>Restores a stored first use.</summary>
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

    /// <summary>Tells whether the gateway has observed the kind.</summary>
    public bool HasSeen(string server, ServerIdentity identity, DefinitionKind kind) => HasSeen(server, identity, kind, null);

    /// <summary>
    /// Trusts the gateway's own observation of a kind, for all callers; returns when it is stored. Does nothing for a kind that was observed before.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="identity">The server's source.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="definitions">All of the kind; two of one name if the eras of the protocol show different ones.</param>
    /// <param name="at">Time of the observation.</param>
    public async Task SeeAsync(string server, ServerIdentity identity, DefinitionKind kind, IReadOnlyList<ServerDefinition> definitions,
        DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(definitions);
        if (HasSeen(server, identity, kind, null)) return;
        // One observation of a kind at a time: of two concurrent ones, the second would pin its definitions in addition to those of the first.
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

    /// <summary>Records definitions in callers' sessions: additions if lists grow, and all first observations if sessions count.</summary>
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

    /// <summary>Returns the time of the first observation of the definition; null when it was added later or differs.</summary>
    internal DateTimeOffset? TrustedAt(in DefinitionEvaluationRequest question, ServerIdentity identity, string digest)
    {
        lock (gate) return Pinned(question, identity)?.Find(question.Definition.Name, digest);
    }

    /// <summary>
    /// Tells whether the kind was observed, and whether it had a definition of the name: the reason why an untrusted definition is withheld.
    /// </summary>
    internal (bool IsSeen, bool HasName) Before(in DefinitionEvaluationRequest question, ServerIdentity identity)
    {
        lock (gate)
        {
            var pins = Pinned(question, identity);
            return (pins is not null, pins is not null && pins.Has(question.Definition.Name));
        }
    }

    /// <summary>Returns the first observation of a kind that a server has only one of; null when there is none.</summary>
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

    // Additions in one caller's session use the part of that caller, whichever callers see them: a growing list must not fill the store for all.
    private FirstUseRecord? Taken(ServerSettings server, ServerIdentity identity, DefinitionKind kind, IReadOnlyList<ServerDefinition> definitions,
        in DefinitionObservation sight, bool isGrowth)
    {
        List<(ServerDefinition, string)> taken = [];
        if (!isGrowth && sight.Caller is { } first && !TryTakePart(first, sight)) return null; // not even the observation of the kind is stored
        foreach (var (definition, digest) in Within(server.Name, identity, definitions, sight.Caller))
        {
            // A name that was pinned under any authorization is not new under another: the definition is the same, or it is withheld.
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

    // The record is written long after the buffer of its message is released.
    private static ServerDefinition Own(ServerDefinition definition) =>
        new(definition.Kind, definition.Name, definition.Json.ToArray(), new ByteRange(0, definition.Range.Length));

    // Each definition counts as one, and the observation of the kind as another. A kind that grows was observed before.
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

    // Most names have one digest; some have two, one for each era of the protocol.
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

        /// <summary>Adds a definition; false when it was already pinned.</summary>
        public bool Add(ServerDefinition definition, string digest, DateTimeOffset at)
        {
            if (!DefinitionKinds.IsNamed(definition.Kind) && definition.Range.Length > 0) Single ??= definition;
            return first.TryAdd(definition.Name, (digest, at))
                || (first[definition.Name].Digest != digest && (others ??= []).TryAdd((definition.Name, digest), at));
        }
    }
}
