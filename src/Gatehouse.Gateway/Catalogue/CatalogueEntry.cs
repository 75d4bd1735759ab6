using System.Runtime.CompilerServices;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Pipeline.Listing;

namespace Gatehouse.Gateway.Catalogue;

/// <summary>What is known of one server, and how old it is.</summary>
internal sealed class CatalogueEntry
{
    // How long an answer serves before it is asked for again.
    private static readonly TimeSpan ProfileLife = TimeSpan.FromMinutes(5);

    // A name that is not there is looked for once more, but a flood of made-up names must not become a flood of fetches.
    private static readonly TimeSpan RenewPause = TimeSpan.FromSeconds(1);

    // What the lists of all sessions of one server may take together, in bytes.
    private const long MaxKept = 64L << 20;

    private readonly CatalogueFetcher fetcher;
    private readonly TimeProvider time;
    private readonly ListShelf shelf = new(MaxKept);
    private readonly ListEpochs epochs = new();
    private readonly CatalogueView modern;
    private readonly CatalogueView legacy;
    private readonly ConditionalWeakTable<LiveSession, CatalogueView> sessions = [];
    private readonly SemaphoreSlim probing = new(1, 1);
    private readonly ServerList?[] latest = new ServerList?[ListKinds.Count];
    private volatile Probed? profile;

    public CatalogueEntry(ServerSettings server, CatalogueFetcher fetcher, TimeProvider time)
    {
        Server = server;
        this.fetcher = fetcher;
        this.time = time;
        modern = NewView();
        legacy = NewView();
    }

    public ServerSettings Server { get; }

    public async ValueTask<UpstreamProfile> ProfileAsync(CancellationToken cancellation)
    {
        if (profile is { } known && time.GetElapsedTime(known.At) < ProfileLife) return known.Profile;
        await probing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (profile is { } meanwhile && time.GetElapsedTime(meanwhile.At) < ProfileLife) return meanwhile.Profile;
            var value = await fetcher.ProbeAsync(cancellation).ConfigureAwait(false);
            profile = new Probed(value, time.GetTimestamp());
            return value;
        }
        finally
        {
            probing.Release();
        }
    }

    public ValueTask<ServerList> ListAsync(Exchange asker, ListKind kind, CancellationToken cancellation) =>
        GetAsync(asker, kind, TimeSpan.MaxValue, cancellation);

    public ValueTask<ServerList> RenewAsync(Exchange asker, ListKind kind, CancellationToken cancellation) =>
        GetAsync(asker, kind, RenewPause, cancellation);

    /// <summary>What the asker's own view last showed; before a session, what another one's did.</summary>
    public ServerList? Known(Exchange asker, ListKind kind) =>
        View(asker).Known(kind) ?? (!asker.IsModern && asker.Session is null ? Volatile.Read(ref latest[(int)kind]) : null);

    public void Changed(ListKind kind) => epochs.Changed(kind);

    private async ValueTask<ServerList> GetAsync(Exchange asker, ListKind kind, TimeSpan oldest, CancellationToken cancellation)
    {
        var list = await View(asker).GetAsync(asker, kind, oldest, cancellation).ConfigureAwait(false);
        if (!asker.IsModern) Volatile.Write(ref latest[(int)kind], list);
        return list;
    }

    // The modern era has nothing between requests (H20). In the old one a list may differ by session and by what its client
    // declared, unless the configuration says that the server keeps nothing.
    private CatalogueView View(Exchange asker)
    {
        if (asker.IsModern) return modern;
        return asker.Session is { } session && !Server.Stateless ? sessions.GetValue(session.Live, _ => NewView()) : legacy;
    }

    private CatalogueView NewView() => new(fetcher, shelf, epochs, time);

    private sealed record Probed(UpstreamProfile Profile, long At);
}
