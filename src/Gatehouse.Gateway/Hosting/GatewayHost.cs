using System.Net;
using System.Text.Json;
using Gatehouse.Audit;
using Gatehouse.Gateway.Catalogue;
using Gatehouse.Gateway.Decisions;
using Gatehouse.Gateway.Decisions.Serving;
using Gatehouse.Gateway.Limits;
using Gatehouse.Gateway.Outbound;
using Gatehouse.Gateway.Secrets;
using Gatehouse.Gateway.Sessions;
using Gatehouse.Gateway.Transport;
using Gatehouse.Gateway.Upstreams;
using Gatehouse.Identity;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Pipeline.Listing;
using Gatehouse.Pipeline.Stages;
using Gatehouse.Policy;
using Gatehouse.Storage;
using Microsoft.AspNetCore.Builder;

namespace Gatehouse.Gateway.Hosting;

/// <summary>A running gateway: everything that lives as long as the process, put together in one place.</summary>
public sealed class GatewayHost : IAsyncDisposable
{
    private readonly GatewayHostOptions options;
    private readonly MetadataFetcher fetcher;
    private readonly DecisionPoints decisionPoints;
    private readonly IntrospectionTransport introspection;
    private readonly WatchedRevocations revocations;
    private readonly Store store;
    private readonly IAuditLog audit;
    private readonly PersistentEndedSessions endedSessions;
    private readonly ITimer sweep;
    private readonly WebApplication web;
    private readonly SemaphoreSlim reloading = new(1, 1);
    private int disposed;
    private long turnedAway;

    private GatewayHost(GatewaySettings settings, GatewayHostOptions options)
    {
        this.options = options;
        var time = options.Time;
        var certificateIssuers = CertificateIssuerFiles.Load(settings);
        var sources = RevocationSources.Load(settings, certificateIssuers, time);
        State = new StateDirectory(settings.StateDirectory);
        audit = options.AuditLog ?? GroupCommitLog.Open(AuditOptions(settings, State));
        store = Store.Open(State.Store, time);
        var keys = KeyRing.OpenOrCreate(State.KeyRing, time);
        Secrets = new SecretResolver();
        var handlers = new OutboundHandlers(new SystemNameResolver());
        fetcher = new MetadataFetcher(handlers);
        decisionPoints = new DecisionPoints(handlers, Secrets, time, options.Diagnostics);
        Development = settings.Development ? new DevelopmentIssuer(DevelopmentIssuerName(settings), time) : null;
        Revocations = new PersistentRevocations(store, time);
        Registry = new ExchangeRegistry(time);
        var nonces = new DPoPNonces(() => keys.DeriveKeys("dpop-nonce/v1", default, DPoPNonces.KeyBytes), time);
        var replays = new InMemoryProofReplays(time, settings.DPoP.MaxProofs, settings.DPoP.MaxProofsPerKey);
        introspection = new IntrospectionTransport(handlers);
        revocations = new WatchedRevocations(Revocations, sources, settings.Revocations.CheckEvery, time, TellRevocationFault, OnRevocationsChanged);
        Issuers = new IssuerSet(settings, certificateIssuers, fetcher, introspection, Secrets.Resolve, revocations, Development?.TrustedIssuer, new DPoPProofs(replays, nonces, IssuerSet.ProofOptions(settings), time), time);
        Snapshots = new SnapshotHolder(Snapshot(1, settings, Issuers.Prepare(settings, certificateIssuers)));
        endedSessions = new PersistentEndedSessions(store, time);
        Sessions = new SessionTable(keys, endedSessions, time);
        Budget = new ByteBudget(settings.Limits.BufferedBytes);
        Upstreams = new UpstreamSet(handlers, Secrets, Budget, () => Snapshots.Current.Settings.Sessions, State.Empty, time, options.Diagnostics);
        Quotas = new PersistentQuotas(store, time, options.Diagnostics);
        Sessions.Ended += OnSessionEnded;
        Secrets.Adopt(SecretResolver.ReadAll(SecretsOf(settings)));
        Registry.HasLostRight = HasLostRight;

        Pipeline = BuildPipeline(keys, nonces);
        var decisions = new DecisionEndpoint(Issuers, new DecisionRecords(audit, time), time);
        var router = new RequestRouter(new McpEndpoint(Pipeline, Snapshots, Pipeline.Sessions, Budget, time), decisions, Snapshots, Development?.TrustedIssuer.Profile.Issuer);
        web = KestrelHost.Build(settings, router, this);
        sweep = time.CreateTimer(_ => Sweep(), null, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(15));
    }

    /// <summary>The snapshot in force.</summary>
    public SnapshotHolder Snapshots { get; }

    /// <summary>Sessions of the legacy era.</summary>
    public SessionTable Sessions { get; }

    /// <summary>Exchanges under way.</summary>
    public ExchangeRegistry Registry { get; }

    /// <summary>What was used of the limits.</summary>
    public PersistentQuotas Quotas { get; }

    /// <summary>What was revoked.</summary>
    public PersistentRevocations Revocations { get; }

    /// <summary>The issuer of <c>--dev</c>; null without it.</summary>
    public DevelopmentIssuer? Development { get; }

    /// <summary>Whose tokens are accepted.</summary>
    public IssuerSet Issuers { get; }

    /// <summary>The pipeline.</summary>
    public GatewayPipeline Pipeline { get; }

    /// <summary>The state folder.</summary>
    public StateDirectory State { get; }

    /// <summary>True while the gateway takes no new exchanges and waits for those under way.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>True while exchanges can be recorded and taken.</summary>
    public bool IsReady => !IsDraining && audit.IsAvailable;

    /// <summary>Address the gateway listens on.</summary>
    public Uri Address => new(web.Urls.First());

    internal UpstreamSet Upstreams { get; }

    internal SecretResolver Secrets { get; }

    internal ByteBudget Budget { get; }

    /// <summary>Starts a gateway.</summary>
    /// <exception cref="IOException">State folder, key ring, store or log cannot be opened, or the address is in use.</exception>
    /// <exception cref="InvalidDataException">A secret is missing.</exception>
    public static async Task<GatewayHost> StartAsync(GatewaySettings settings, GatewayHostOptions options)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        ListenRules.Require(settings);
        var host = new GatewayHost(settings, options);
        try
        {
            host.Note("start", ("version", typeof(GatewayHost).Assembly.GetName().Version?.ToString(3) ?? ""));
            await host.web.StartAsync().ConfigureAwait(false);
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Reads the configuration anew and puts it in force as one snapshot. A faulty one never replaces a good one
    /// (design rule 7).
    /// </summary>
    /// <returns>The faults; empty when the new configuration is in force.</returns>
    public async Task<IReadOnlyList<string>> ReloadAsync()
    {
        if (options.Reload is null) return ["this gateway was not started from a file"];
        await reloading.WaitAsync().ConfigureAwait(false);
        try
        {
            var faults = await TryReloadAsync(options.Reload).ConfigureAwait(false);
            if (faults.Count > 0) TellRefused(faults);
            return faults;
        }
        finally
        {
            reloading.Release();
        }
    }

    // Everything that can fail comes before the first thing that changes.
    private async Task<IReadOnlyList<string>> TryReloadAsync(Func<Configuration.ConfigurationResult> read)
    {
        try
        {
            var result = read();
            if (result.Settings is not { } next) return [.. result.Faults.Select(f => f.ToString())];
            if (RestartNeeded(Snapshots.Current.Settings, next) is { } what) return [$"{what} cannot change while running; restart the gateway"];
            var secrets = SecretResolver.ReadAll(SecretsOf(next));
            var certificateIssuers = CertificateIssuerFiles.Load(next);
            var sources = RevocationSources.Load(next, certificateIssuers, options.Time);
            next = UnchangedServers.Keep(Snapshots.Current.Settings, next);
            var issuers = Issuers.Prepare(next, certificateIssuers);
            var snapshot = Snapshot(Snapshots.Current.Generation + 1, next, issuers);
            revocations.Use(sources, next.Revocations.CheckEvery);
            await PutInForceAsync(snapshot, issuers, secrets).ConfigureAwait(false);
            return [];
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [e.Message];
        }
    }

    // Loud, because whoever edits a file believes afterwards that it is in force.
    private void TellRefused(IReadOnlyList<string> faults)
    {
        var generation = Snapshots.Current.Generation.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var count = faults.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Note("reload-refused", ("faults", count), ("generation", generation));
        options.Diagnostics($"RELOAD REFUSED: {count} faults; generation {generation} stays in force");
        foreach (var fault in faults) options.Diagnostics("reload refused: " + fault);
    }

    /// <summary>Takes no new exchanges and returns when those under way have ended or the time is over.</summary>
    public async Task<int> DrainAsync(TimeSpan patience)
    {
        IsDraining = true;
        Note("drain");
        var started = options.Time.GetTimestamp();
        while (Registry.Count > 0 && options.Time.GetElapsedTime(started) < patience)
            await Task.Delay(TimeSpan.FromMilliseconds(50), options.Time).ConfigureAwait(false);
        return Registry.Count;
    }

    internal void CountTurnedAway() => Interlocked.Increment(ref turnedAway);

    /// <summary>Writes a control entry: an act of administration or a fact about the gateway.</summary>
    public void Note(string act, params (string Name, string Value)[] facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        audit.TryAppend(new AuditEntry
        {
            Kind = AuditEntryKind.Control,
            ExchangeId = Ids.New(options.Time),
            At = options.Time.GetUtcNow(),
            Generation = Snapshots.Current.Generation,
            Facts = [KeyValuePair.Create("act", act), .. facts.Select(f => KeyValuePair.Create(f.Name, f.Value))],
        });
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        IsDraining = true;
        await sweep.DisposeAsync().ConfigureAwait(false);
        revocations.Dispose();
        Registry.End(_ => true);
        await web.DisposeAsync().ConfigureAwait(false);
        await Upstreams.DisposeAsync().ConfigureAwait(false);
        Note("stop", ("turnedAway", Interlocked.Read(ref turnedAway).ToString(System.Globalization.CultureInfo.InvariantCulture)));
        await audit.DisposeAsync().ConfigureAwait(false);
        await Quotas.DisposeAsync().ConfigureAwait(false);
        await store.DisposeAsync().ConfigureAwait(false);
        fetcher.Dispose();
        introspection.Dispose();
        decisionPoints.Dispose();
        reloading.Dispose();
    }

    private GatewayPipeline BuildPipeline(KeyRing keys, DPoPNonces nonces)
    {
        var handles = new StateHandles(keys, store, options.Time, options.Diagnostics);
        var catalogue = new ServerCatalogue(Snapshots, Upstreams.Get, options.Time);
        var lists = new ListAnswers(catalogue, new ListCursors(keys, options.Time));
        Upstreams.Heard = (server, message) =>
        {
            foreach (var kind in ListKinds.ChangedBy(message.Method)) catalogue.Changed(server, kind);
        };
        var parts = new PipelineParts
        {
            Accept = new AcceptStage(),
            Authenticate = new AuthenticateStage(Issuers, nonces, Issuers),
            Prove = new ProveStage(catalogue),
            Session = new SessionStage(Sessions),
            Authorize = new AuthorizeStage(catalogue),
            Limit = new LimitStage(Quotas.Table),
            Quotas = Quotas.Table,
            InspectRequest = new InspectRequestStage(handles),
            Sessions = Sessions,
            Forward = new ForwardStage(Upstreams.Get, catalogue, lists),
            InspectResponse = ResponseInspector.Standard(catalogue, handles, Snapshots),
            Record = new RecordStage(audit, new PayloadSealer(keys)),
        };
        return options.ReplaceForRange is { } replace
            ? new GatewayPipeline(replace(parts), Registry, options.Time, OnFault, complete: false)
            : new GatewayPipeline(parts, Registry, options.Time, OnFault);
    }

    private void Sweep()
    {
        Sessions.Sweep(Snapshots.Current.Settings.Sessions);
        endedSessions.Sweep(options.Time.GetUtcNow());
        Quotas.Table.Sweep();
    }

    private GatewaySnapshot Snapshot(long generation, GatewaySettings settings, PreparedIssuers issuers) =>
        decisionPoints.Snapshot(generation, settings) with { Tokens = issuers.Tokens, Workloads = issuers.Workloads };

    // One assignment puts settings, policy and issuers in force together; nobody sees a part of the one and a part of the other.
    private async Task PutInForceAsync(GatewaySnapshot next, PreparedIssuers issuers, IReadOnlyDictionary<SecretReference, SecretText> secrets)
    {
        Secrets.Adopt(secrets);
        Snapshots.Replace(next);
        Issuers.Replace(next.Settings, issuers);
        Note("reload", ("generation", next.Generation.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        await EndStreamsWithoutRightAsync(next).ConfigureAwait(false);
        await Upstreams.RetireAsync(next.Settings.Servers).ConfigureAwait(false);
    }

    // A stream whose server, issuer or scope is gone or whose caller the new policy does not know is closed; what stays
    // decides each message by the rules it is relayed under.
    private bool HasLostRight(Exchange exchange)
    {
        var snapshot = Snapshots.Current;
        if (!IsKnown(snapshot, exchange)) return true;
        // Where others decide as well, what they said under the configuration before counts for nothing, and there is no time to ask.
        return snapshot.DecidesAlone
            ? !snapshot.Policy.Decide(exchange.Subject!, Presence(exchange)).IsPermitted
            : exchange.Snapshot.Generation != snapshot.Generation;
    }

    private bool IsKnown(GatewaySnapshot snapshot, Exchange exchange) =>
        snapshot.Settings.Server(exchange.Server.Name) is { } server
        && server.Scopes.All(exchange.Caller.HasScope)
        && CallerRights.Remain(snapshot.Settings, server, exchange.Caller)
        && Issuers.IsTrusted(exchange.Caller.Issuer)
        && !revocations.IsRevoked(exchange.Caller);

    private PolicyRequest Presence(Exchange exchange) =>
        PolicyTargets.Presence(exchange.Server.Name, "ping", options.Time.GetUtcNow()) with { Revision = exchange.Revision?.Text };

    private async Task EndStreamsWithoutRightAsync(GatewaySnapshot snapshot)
    {
        if (snapshot.DecidesAlone)
        {
            Registry.EndStreams(HasLostRight);
            return;
        }

        // All at once: a decision point that is slow today must not hold up the reload for each of them (AZ-06).
        var streams = Registry.Streams();
        var stay = await Task.WhenAll(streams.Select(exchange => MayStayAsync(snapshot, exchange))).ConfigureAwait(false);
        var ending = streams.Where((_, at) => !stay[at]).ToHashSet();
        Registry.EndStreams(ending.Contains);
    }

    private async Task<bool> MayStayAsync(GatewaySnapshot snapshot, Exchange exchange) =>
        IsKnown(snapshot, exchange) && (await snapshot.Decisions.DecideAsync(exchange.Subject!, Presence(exchange), default).ConfigureAwait(false)).IsPermitted;

    // Streams are cut with the token they were opened by; each further request is judged anew anyway.
    private void OnRevocationsChanged() => Note("revocations", ("cut", EndRevoked().ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private void TellRevocationFault(string fault)
    {
        options.Diagnostics($"revocations: {fault}; the last good ones stay in force");
        Note("revocations.fault");
    }

    /// <summary>Ends exchanges under way whose token or certificate is revoked; returns how many.</summary>
    internal int EndRevoked() => Registry.End(exchange => revocations.IsRevoked(exchange.Caller));

    private void OnSessionEnded(SessionEntry entry)
    {
        Registry.End(exchange => exchange.Session?.Uid == entry.Binding.Uid && exchange.Head.Verb != "DELETE");
        _ = Upstreams.EndSessionAsync(entry.Server, entry.Binding.UpstreamId).AsTask();
    }

    // The message of an exception may hold content; its type and place do not.
    private void OnFault(string exchangeId, Exception e) =>
        options.Diagnostics($"fault in exchange {exchangeId}: {e.GetType().FullName}\n{e.StackTrace}");

    private static IEnumerable<SecretReference> SecretsOf(GatewaySettings settings) => settings.Issuers
        .Select(issuer => issuer.Introspection).OfType<IntrospectionSettings>().Select(introspected => introspected.Secret)
        .Concat(settings.Servers.SelectMany(server =>
            (server.Http?.Credential is { } credential ? [credential.Value] : Array.Empty<SecretReference>()).Concat(server.Stdio?.Secrets.Values ?? [])))
        .Concat(settings.DecisionPoint?.Credential is { } own ? [own.Value] : Array.Empty<SecretReference>());

    private static string? RestartNeeded(GatewaySettings current, GatewaySettings next)
    {
        if (current.Listen.Url != next.Listen.Url) return "listen.url";
        if (current.StateDirectory != next.StateDirectory) return "state";
        if (current.Listen.ClientCertificates != next.Listen.ClientCertificates) return "listen.clientCertificates";
        if ((current.DPoP.MaxProofs, current.DPoP.MaxProofsPerKey) != (next.DPoP.MaxProofs, next.DPoP.MaxProofsPerKey)) return "dpop.maxProofs and dpop.maxProofsPerKey";
        if (current.PublicUrl != next.PublicUrl && current.Development) return "publicUrl";
        if (KestrelHost.Limits(current) != KestrelHost.Limits(next)) return "limits of connections, headers and memory, or the largest requestBytes";
        return current.Audit != next.Audit && (current.Audit.Directory != next.Audit.Directory) ? "audit.directory" : null;
    }

    private static string DevelopmentIssuerName(GatewaySettings settings) =>
        settings.PublicUrl.GetLeftPart(UriPartial.Authority) + "/dev-issuer";

    private static AuditLogOptions AuditOptions(GatewaySettings settings, StateDirectory state) => new()
    {
        Directory = settings.Audit.Directory ?? state.Audit,
        SegmentBytes = settings.Audit.SegmentBytes,
        MaxTotalBytes = settings.Audit.MaxTotalBytes,
        MinFreeBytes = settings.Audit.MinFreeBytes,
    };
}
