using Gatehouse.Integrity.Definitions;
using Gatehouse.Pipeline.Definitions;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Upstreams.Catalogue;

/// <summary>
/// The first observation of a server under trust on first use (TP-02). The gateway asks for all definitions of the server, in each era that it
/// supports, with the gateway's own credential and in its own session. It does so once, for all kinds together: a server must not be seen for the
/// first time in one kind after it knows which caller asks for another.
/// </summary>
/// <remarks>
/// The threat: a caller declares, calls or names something so that the server shows others the definitions that this caller wants to be trusted.
/// </remarks>
internal sealed class OwnDiscovery(ServerSettings server, CatalogueFetcher fetcher, Func<CancellationToken, ValueTask<UpstreamProfile>> profile,
    TimeProvider time, bool hasBothEras = false)
{
    // Callers that ask within a moment get the same answer, so that a failed server is not asked by each of its callers.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly DefinitionKind[] OfHandshake = [DefinitionKind.Instructions, DefinitionKind.Capabilities, DefinitionKind.ServerInfo];

    private readonly SemaphoreSlim looking = new(1, 1);
    private readonly bool[] isSeen = new bool[ListKinds.Count + 1]; // the lists, and the handshake
    private readonly Failure?[] failures = new Failure?[ListKinds.Count + 1];

    /// <summary>Returns when the server was observed, or need not be.</summary>
    /// <param name="asker">The exchange that needs it; nothing of it reaches the server.</param>
    /// <param name="kind">The list that is needed; null for the definitions in the handshake.</param>
    /// <param name="cancellation">Ends when the asker leaves.</param>
    /// <exception cref="RefusalException">The server cannot be observed.</exception>
    public ValueTask EnsureAsync(Exchange asker, ListKind? kind, CancellationToken cancellation)
    {
        var at = kind is { } list ? (int)list : ListKinds.Count;
        // Where the server's credential is that of callers, the gateway can see nothing by itself: each caller is compared with its own first lists.
        if (server.Http is { IsCredentialOfCaller: true } || Volatile.Read(ref isSeen[at]) || asker.Snapshot.Definitions.Lock is not { } locked
            || locked.FirstUsesOf(server) is not { TakesFromSessions: false } uses) return ValueTask.CompletedTask;
        return LookAsync(uses, locked.Identify(server), kind, at, cancellation);
    }

    private async ValueTask LookAsync(TrustOnFirstUse uses, ServerIdentity identity, ListKind? kind, int at, CancellationToken cancellation)
    {
        var needed = kind is { } list ? [ListKinds.Definition(list)] : OfHandshake;
        await looking.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!HasSeen(uses, identity, needed) && (failures[at] is not { } failed || time.GetElapsedTime(failed.At) >= Pause))
                await TryLookAsync(uses, identity, cancellation).ConfigureAwait(false);
            // An observed kind is used although another kind could not be observed.
            if (!HasSeen(uses, identity, needed))
                throw new RefusalException(failures[at]?.Refusal ?? new Refusal(Reasons.DefinitionMissing, "the server did not show it"));
            Volatile.Write(ref isSeen[at], true);
        }
        finally
        {
            looking.Release();
        }
    }

    private bool HasSeen(TrustOnFirstUse uses, ServerIdentity identity, DefinitionKind[] kinds) =>
        kinds.All(kind => uses.HasSeen(server.Name, identity, kind));

    // Observed kinds are not requested again: a server that never answers one kind costs only the callers that ask for that kind.
    private async Task TryLookAsync(TrustOnFirstUse uses, ServerIdentity identity, CancellationToken cancellation)
    {
        var lists = ListKinds.All.Where(kind => !HasSeen(uses, identity, [ListKinds.Definition(kind)])).ToList();
        try
        {
            var seen = await SeeAsync(await profile(cancellation).ConfigureAwait(false), lists, cancellation).ConfigureAwait(false);
            foreach (var (kind, definitions) in seen.Kinds)
                await uses.SeeAsync(server.Name, identity, kind, definitions, time.GetUtcNow()).ConfigureAwait(false);
            foreach (var (kind, why) in seen.Missed) failures[(int)kind] = new Failure(why, time.GetTimestamp());
        }
        catch (RefusalException e)
        {
            Array.Fill(failures, new Failure(e.Refusal, time.GetTimestamp()));
        }
    }

    private async ValueTask<Seen> SeeAsync(UpstreamProfile spoken, IReadOnlyList<ListKind> lists, CancellationToken cancellation)
    {
        var seen = new Seen();
        if (spoken.Modern.Count > 0)
        {
            var (asker, said) = await fetcher.DiscoverAllAsync(cancellation).ConfigureAwait(false);
            seen.Add(said);
            await ListAsync(asker, lists, seen, cancellation).ConfigureAwait(false);
        }

        try
        {
            if (hasBothEras || spoken.Legacy.Count > 0 || spoken.Modern.Count == 0)
                await SeeLegacyAsync(lists, seen, cancellation).ConfigureAwait(false);
        }
        catch (RefusalException) when (spoken.Modern.Count > 0 && spoken.Legacy.Count == 0)
        {
            // It is of the modern era only, as it said.
        }

        return seen;
    }

    private async ValueTask SeeLegacyAsync(IReadOnlyList<ListKind> lists, Seen seen, CancellationToken cancellation)
    {
        var (asker, said) = await fetcher.BeginSessionAsync(cancellation).ConfigureAwait(false);
        try
        {
            seen.Add(said);
            await ListAsync(asker, lists, seen, cancellation).ConfigureAwait(false);
        }
        finally
        {
            await fetcher.EndSessionAsync(asker, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async ValueTask ListAsync(CatalogueRequester asker, IReadOnlyList<ListKind> lists, Seen seen, CancellationToken cancellation)
    {
        foreach (var kind in lists)
        {
            try
            {
                seen.Add(kind, await fetcher.FetchAsync(asker, kind, cancellation).ConfigureAwait(false));
            }
            catch (RefusalException e)
            {
                seen.Miss(kind, MissingList.Of(kind, e.Refusal));
            }
        }
    }

    private sealed record Failure(Refusal Refusal, long At);

    /// <summary>The observed definitions of each kind, over both eras. A kind that one of the eras did not show is not observed at all.</summary>
    private sealed class Seen
    {
        private readonly Dictionary<DefinitionKind, List<ServerDefinition>> kinds =
            OfHandshake.ToDictionary(kind => kind, _ => new List<ServerDefinition>());

        public Dictionary<ListKind, Refusal> Missed { get; } = [];

        public IEnumerable<KeyValuePair<DefinitionKind, List<ServerDefinition>>> Kinds =>
            kinds.Where(one => !Missed.Keys.Any(missed => ListKinds.Definition(missed) == one.Key));

        public void Add(IReadOnlyList<ServerDefinition> said)
        {
            foreach (var definition in said) kinds[definition.Kind].Add(definition);
        }

        public void Add(ListKind kind, ServerList list)
        {
            var of = ListKinds.Definition(kind);
            if (!kinds.TryGetValue(of, out var all)) kinds[of] = all = [];
            foreach (var entry in list.Entries)
            {
                var definition = new ServerDefinition(of, entry.Name, entry.Json, new ByteRange(0, entry.Json.Length));
                if (ReadableTexts.CanList(definition)) all.Add(definition); // of equal names the first, which is the entry, counts
            }
        }

        public void Miss(ListKind kind, Refusal why) => Missed.TryAdd(kind, why);
    }
}
