using Gatehouse.Administration;
using Gatehouse.Administration.Actions;
using Gatehouse.Audit;
using Gatehouse.Audit.Log;
using Gatehouse.Upstreams.Catalogue;
using Gatehouse.Configuration;
using Gatehouse.AuthZen;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Gateway.Limits;
using Gatehouse.Outbound;
using Gatehouse.Gateway.Sessions;
using Gatehouse.Gateway.Transport;
using Gatehouse.Upstreams;
using Gatehouse.Identity.Bearer;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Accept;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Authenticate;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Settings;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Forward;
using Gatehouse.Pipeline.Inspection.Requests;
using Gatehouse.Pipeline.Inspection.Responses;
using Gatehouse.Pipeline.Limit;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Recording;
using Gatehouse.Pipeline.Relaying;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Pipeline.Sessions;
using Gatehouse.Pipeline.Validate;
using Gatehouse.Policy;
using Gatehouse.Protocol.Framing;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// What every host of the pipeline has, whichever way its callers come: log, store, key ring, snapshots, sessions, quotas,
/// upstreams, and how a pipeline is put together. Who the callers are is the host's own part (<see cref="ICallerAuthentication"/>); it is
/// given with <see cref="Begin"/>, because it is made from what stands here.
/// </summary>
public sealed class GatewayCore : IAsyncDisposable
{
    private readonly GatewayHostOptions options;
    private readonly OperatorLines lines;
    private readonly OperatorLines serverLines;
    private readonly OperatorLines auditLines;
    private readonly DecisionPoints decisionPoints;
    private readonly SemaphoreSlim reloading = new(1, 1);
    private ICallerAuthentication? callers;
    private readonly StateHandles handles;
    private ITimer? sweep;
    private AuditWatch? auditWatch;
    private int disposed;
    private long turnedAway;
    private string toldLock = "";

    private GatewayCore(GatewaySettings settings, GatewayHostOptions options, StateDirectory state, StoredState stored)
    {
        var time = options.Time;
        lines = new OperatorLines(options.Diagnostics, time);
        serverLines = new OperatorLines(options.Diagnostics, time); // a talkative server does not bury what the gateway says itself
        auditLines = new OperatorLines(options.Diagnostics, time); // that nothing can be recorded is not buried by anything
        this.options = options = options with { Diagnostics = lines.Write };
        State = state;
        Audit = options.AuditLog
            ?? GroupCommitLog.Open(
            AuditOptions(settings, State) with
                { Time = time, CallerShare = () => Snapshots?.Current.Settings.Limits.CallerShare ?? settings.Limits.CallerShare });
        Store = stored.Store;
        Keys = KeyRing.OpenOrCreate(State.KeyRing, time);
        Secrets = new SecretResolver();
        Handlers = new OutboundHandlers(new SystemNameResolver(), time);
        decisionPoints = new DecisionPoints(Handlers, Secrets, time, options.Diagnostics);
        Registry = new ExchangeRegistry(time, options.Diagnostics);
        Definitions = new DefinitionLocks(Store.DefinitionApprovals, Note, options);
        Snapshots = new SnapshotHolder(Definitions.Join(decisionPoints.Snapshot(1, settings), stored.Definitions));
        Sessions = new SessionTable(Keys, Store.Sessions, stored.Sessions, time, CallerShare, options.Diagnostics);
        Conversations = new InMemoryConversations(time, CallerShare);
        Connections = new ConnectionLimiter(() => Snapshots.Current.Settings, time, options.Diagnostics);
        Budget = new ByteBudget(settings.Limits.BufferedBytes, CallerShare);
        Upstreams = new UpstreamSet(Handlers, Secrets, Budget, () => Snapshots.Current.Settings.Sessions, State.Empty, time, serverLines.Write,
            options.UpstreamCredentials)
        {
            Framing = options.Replacements.Apply(PartNames.Framing, LineFraming.Write),
        };
        Quotas = new PersistentQuotas(Store.Quotas, stored.Quotas, time, options.Diagnostics);
        Sessions.Ended += OnSessionEnded;
        Registry.HasLostRight = HasLostRight;
        Registry.MayStay = exchange => callers!.MayStay(Snapshots.Current, exchange);
        handles = new StateHandles(Keys, Store.TaskOwners, time, options.Diagnostics);
    }

    /// <summary>Opens store, log and key ring, and reads what the store has kept. Nothing runs before <see cref="Begin"/>.</summary>
    /// <exception cref="IOException">State folder, key ring or log cannot be opened.</exception>
    /// <exception cref="StoreException">The store cannot be opened or read.</exception>
    internal static async Task<GatewayCore> OpenAsync(GatewaySettings settings, GatewayHostOptions options)
    {
        var state = new StateDirectory(settings.StateDirectory);
        var store = options.Store ?? Storage.Store.Open(state.Store, options.Time);
        try
        {
            return new GatewayCore(settings, options, state, await StoredState.ReadAsync(store, settings, options.Time).ConfigureAwait(false));
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The snapshot in force.</summary>
    public SnapshotHolder Snapshots { get; }

    /// <summary>Sessions of the legacy era.</summary>
    public SessionTable Sessions { get; }

    /// <summary>What spans the exchanges of callers.</summary>
    internal InMemoryConversations Conversations { get; }

    /// <summary>Exchanges under way.</summary>
    public ExchangeRegistry Registry { get; }

    /// <summary>What was used of the limits.</summary>
    public PersistentQuotas Quotas { get; }

    /// <summary>The state folder.</summary>
    public StateDirectory State { get; }

    /// <summary>True while the host takes no new exchanges and waits for those under way.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>True while exchanges can be recorded and taken.</summary>
    public bool IsReady => !IsDraining && Audit.IsAvailable;

    /// <summary>Counts of exchanges and the latency of stages.</summary>
    internal Gatehouse.Pipeline.Recording.ExchangeMeasures Measures { get; } = new();

    /// <summary>The options with the operator's lines at their rate.</summary>
    internal GatewayHostOptions Options => options;

    /// <summary>Lines for the operator that were left out because they came too fast.</summary>
    internal long OmittedLines => lines.Omitted + serverLines.Omitted + auditLines.Omitted;

    /// <summary>Connections of the listener by address block.</summary>
    internal ConnectionLimiter Connections { get; }

    /// <summary>Exchanges turned away while the gateway drained.</summary>
    internal long TurnedAway => Interlocked.Read(ref turnedAway);

    /// <summary>Counters of the audit log and how full it is, for status and metrics.</summary>
    public AuditLogStatistics AuditStatistics => Audit.Statistics;

    /// <summary>How definitions are held and what to do about what is withheld, for <c>status</c>.</summary>
    internal IEnumerable<KeyValuePair<string, string>> LockFacts()
    {
        var settings = Snapshots.Current.Settings;
        yield return KeyValuePair.Create("definitions", DefinitionProtectionSummary.Mode(settings));
        var count = Definitions.Withheld.Count;
        if (count > 0)
            yield return KeyValuePair.Create("definitions.withheld",
                $"{count.ToString(System.Globalization.CultureInfo.InvariantCulture)}; {DefinitionProtectionSummary.Remedy(settings, options.IsPersonal)}");
        else if (DefinitionProtectionSummary.NobodyApproves(settings, options.IsPersonal) is { } why)
            yield return KeyValuePair.Create("definitions.approvers", why);
    }

    /// <summary>The remedy beside what is withheld where nobody may approve it; null where somebody may.</summary>
    internal string? NobodyApproves => DefinitionProtectionSummary.NobodyApproves(Snapshots.Current.Settings, options.IsPersonal);

    /// <summary>What may be seen of the servers' definitions.</summary>
    internal DefinitionLocks Definitions { get; }

    internal IAuditLog Audit { get; }

    internal IStore Store { get; }

    internal KeyRing Keys { get; }

    internal OutboundHandlers Handlers { get; }

    internal UpstreamSet Upstreams { get; }

    internal SecretResolver Secrets { get; }

    internal ByteBudget Budget { get; }

    /// <summary>Puts the first configuration in force with the host's callers.</summary>
    /// <param name="who">Who may call.</param>
    /// <param name="first">What of that belongs to the first configuration.</param>
    /// <exception cref="InvalidDataException">A secret is missing.</exception>
    internal void Begin(ICallerAuthentication who, PreparedAuthentication first)
    {
        callers = who;
        UpstreamRevocations.Require(Snapshots.Current.Settings);
        Secrets.Adopt(SecretResolver.ReadAll(SecretsOf(Snapshots.Current.Settings)));
        Snapshots.Replace(first.Join(Snapshots.Current));
        auditWatch = new AuditWatch(Audit, options.Time, auditLines.Write);
        TellLock();
        sweep = GuardedTimer.Start(options.Time, "sweep", Sweep, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(15), options.Diagnostics);
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

    /// <summary>Keeps an administrator's approval of a definition and puts it in force at once, as a new snapshot.</summary>
    /// <exception cref="StoreException">It is not kept, and not in force.</exception>
    internal Task<ActionOutcome<ApprovalChange>> ApproveAsync(ApprovalRecord word) =>
        Audit.IsAvailable is false
            ? Task.FromResult<ActionOutcome<ApprovalChange>>(ActionRefusal.Unrecorded)
            : ActAsync("definition.approve", word, settings => Definitions.ApproveAsync(word, settings.LockInForce.Approvers));

    /// <summary>Keeps that approvals of a definition were taken back and puts that in force at once.</summary>
    /// <exception cref="StoreException">It is not kept.</exception>
    internal Task<ActionOutcome<ApprovalChange>> RevokeAsync(ApprovalRecord word) =>
        ActAsync("definition.revoke", word, settings => Definitions.RevokeAsync(word, settings));

    // One after the other, reloads among them: of two administrators at once each sees what the other did.
    private async Task<ActionOutcome<ApprovalChange>> ActAsync(string act, ApprovalRecord word,
        Func<GatewaySettings, Task<ActionOutcome<ApprovalChange>>> change)
    {
        await reloading.WaitAsync().ConfigureAwait(false);
        try
        {
            var current = Snapshots.Current;
            var outcome = await change(current.Settings).ConfigureAwait(false);
            if (outcome.Refusal is null)
                Snapshots.Replace(await Definitions.JoinAsync(current with { Generation = current.Generation + 1 }).ConfigureAwait(false));
            var isDurable = await NoteDurableAsync(
                act,
                ("outcome", outcome.Result?.ToString() ?? outcome.Refusal!.Message), ("by", word.By), ("reason", word.Reason),
                ("server", word.Server),
                ("definition", $"{Integrity.Definitions.DefinitionKinds.Text(word.Kind)}/{word.Name}".TrimEnd('/')),
                ("digest", word.Digest)).ConfigureAwait(false);
            return isDurable ? outcome : outcome with { IsDurable = false };
        }
        finally
        {
            reloading.Release();
        }
    }

    /// <summary>Takes no new exchanges and returns when those under way have ended or the time is over.</summary>
    public async Task<int> DrainAsync(TimeSpan patience)
    {
        IsDraining = true;
        Note("drain");
        Registry.Drain();
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
        Audit.TryAppend(Control(act, facts));
    }

    /// <summary>Writes a control entry and returns when it is on stable storage: before an act of administration is answered.</summary>
    /// <returns>False when it could not be made durable; then the log counts it as lost.</returns>
    public async Task<bool> NoteDurableAsync(string act, params (string Name, string Value)[] facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        try
        {
            await Audit.AppendDurableAsync(Control(act, facts)).ConfigureAwait(false);
            return true;
        }
        catch (AuditUnavailableException)
        {
            return false;
        }
    }

    /// <summary>
    /// Writes a control entry about somebody who was turned away; beyond a rate they are counted in one, for each of whom they are.
    /// </summary>
    /// <param name="who">Who was turned away; compared by equality.</param>
    /// <param name="act">What it is called.</param>
    /// <param name="facts">What else is to be known.</param>
    internal void NoteRefused(string who, string act, params (string Name, string Value)[] facts) =>
        Audit.TryAppend(Control(act, facts) with { Owner = who, IsRefusal = true });

    private AuditEntry Control(string act, (string Name, string Value)[] facts) => new()
    {
        Kind = AuditEntryKind.Control,
        ExchangeId = Ids.New(options.Time),
        At = options.Time.GetUtcNow(),
        Generation = Snapshots.Current.Generation,
        Facts = [KeyValuePair.Create("act", act), .. facts.Select(f => KeyValuePair.Create(f.Name, f.Value))],
    };

    /// <summary>Takes nothing new and ends what is under way; the first half of the end, before listeners close.</summary>
    internal async ValueTask StopAsync()
    {
        IsDraining = true;
        if (sweep is not null) await sweep.DisposeAsync().ConfigureAwait(false);
        auditWatch?.Dispose();
        Registry.EndAll();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        await StopAsync().ConfigureAwait(false);
        await Upstreams.DisposeAsync().ConfigureAwait(false);
        Note("stop", ("turnedAway", Interlocked.Read(ref turnedAway).ToString(System.Globalization.CultureInfo.InvariantCulture)));
        await Audit.DisposeAsync().ConfigureAwait(false);
        await Quotas.DisposeAsync().ConfigureAwait(false);
        await Definitions.FlushAsync().ConfigureAwait(false);
        await Store.DisposeAsync().ConfigureAwait(false);
        decisionPoints.Dispose();
        reloading.Dispose();
    }

    // Everything that can fail comes before the first thing that changes.
    private async Task<IReadOnlyList<string>> TryReloadAsync(Func<Configuration.ConfigurationResult> read)
    {
        try
        {
            var result = read();
            if (result.Settings is not { } next) return [.. result.Faults.Select(f => f.ToString())];
            if (RestartNeeded(Snapshots.Current.Settings, next) is { } what)
                return [$"{what} cannot change while the gateway runs: restart it, or put the old value back"];
            UpstreamRevocations.Require(next);
            var secrets = SecretResolver.ReadAll(SecretsOf(next));
            next = ServerReuse.Keep(Snapshots.Current.Settings, next);
            var prepared = callers!.Prepare(next);
            var joined = await Definitions.JoinAsync(decisionPoints.Snapshot(Snapshots.Current.Generation + 1, next)).ConfigureAwait(false);
            var snapshot = prepared.Join(joined);
            // Written ahead: no configuration is in force that the log does not know of.
            if (!await NoteDurableAsync("reload",
                ("generation", snapshot.Generation.ToString(System.Globalization.CultureInfo.InvariantCulture))).ConfigureAwait(false))
                    return [ActionRefusal.NotRecorded];
            await PutInForceAsync(snapshot, prepared, secrets).ConfigureAwait(false);
            return [];
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException or StoreException)
        {
            return [e.Message];
        }
    }

    // Who turns it off, or configures nobody who may approve, learns it here and not from a caller whose tool is gone.
    private void TellLock()
    {
        var settings = Snapshots.Current.Settings;
        if (settings.LockInForce.FirstUse == FirstUseMode.Off)
            Note("lock.first-use-off", ("generation", Snapshots.Current.Generation.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var line = DefinitionProtectionSummary.Line(settings, options.IsPersonal);
        if (Interlocked.Exchange(ref toldLock, line) != line) options.Diagnostics(line);
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

    /// <summary>Builds a pipeline over upstreams. A host may have several: one for each connection whose server is its own.</summary>
    /// <param name="authenticate">The stage that tells who calls.</param>
    /// <param name="kind">What callers show of themselves.</param>
    /// <param name="upstreams">Where messages go.</param>
    /// <param name="profile">What servers speak, where it is not to be asked; null asks.</param>
    /// <returns>The pipeline, and the catalogue, which is to be told of what servers say.</returns>
    internal (GatewayPipeline Pipeline, ServerCatalogue Catalogue) Build(
        IStage authenticate, CallerAuthentication kind, Func<ServerSettings, IUpstream> upstreams, UpstreamProfile? profile = null)
    {
        if (options.AroundUpstream is { } around)
        {
            var within = upstreams;
            upstreams = server => around(server, within(server));
        }

        var catalogue = new ServerCatalogue(Snapshots, upstreams, options.Time) { FixedProfile = profile, Tell = options.Diagnostics };
        var doubles = options.Replacements;
        var sessions = doubles.Apply(PartNames.Sessions, Sessions);
        var conversations = doubles.Apply(PartNames.Conversations, Conversations);
        var quotas = doubles.Apply(PartNames.Quotas, Quotas.Table);
        var lists = new ListResponder(
            doubles.Apply(PartNames.ListCatalogue, catalogue), new ListCursors(Keys, options.Time),
            doubles.Apply(PartNames.ListVisibility, new ListVisibility()));
        var answers = ResponseInspector.Standard(catalogue, handles, Snapshots).With(
            changes => doubles.Apply(PartNames.ListChanges, changes), rule => doubles.Apply(PartNames.ResponseRule(rule.Name), rule));
        var parts = new PipelineParts
        {
            Accept = doubles.Apply(PartNames.Accept, new AcceptStage()),
            Authenticate = doubles.Apply(PartNames.Authenticate, authenticate),
            Callers = kind,
            Validate = doubles.Apply(PartNames.Validate, new ValidateStage(catalogue)),
            Session = doubles.Apply(PartNames.Session, new SessionStage(sessions, catalogue, conversations)),
            Resolve = doubles.Apply(PartNames.Resolve, new ResolveStage(handles)),
            Authorize = doubles.Apply(PartNames.Authorize, new AuthorizeStage(catalogue, handles)),
            Limit = doubles.Apply(PartNames.Limit, new LimitStage(quotas)),
            Quotas = quotas,
            InspectRequest = doubles.Apply(PartNames.InspectRequest,
                new InspectRequestStage(RequestInspector.Standard().With(rule => doubles.Apply(PartNames.RequestRule(rule.Name), rule)))),
            Approve = doubles.Apply(PartNames.Approve, new ApproveStage(options.Approvals)),
            Snapshots = Snapshots,
            Sessions = sessions,
            Conversations = conversations,
            Forward = doubles.Apply(PartNames.Forward, new ForwardStage(doubles.Apply(PartNames.Upstreams, upstreams), catalogue, lists)),
            InspectResponse = doubles.Apply(PartNames.InspectResponse, answers),
            Record = doubles.Apply(PartNames.Record, new RecordStage(Audit, doubles.Apply(PartNames.PayloadSealer, new PayloadSealer(Keys)))),
            Pacing = doubles.Apply(PartNames.Pacing, NotificationThrottle.Open),
            ClientNotices = doubles.Apply(PartNames.ClientNotices, ClientNotice.WhyDropped),
            Measures = Measures,
            Replaced = doubles.Names,
        };
        return (GatewayPipeline.Of(parts, Registry, options.Time, OnFault), catalogue);
    }

    internal int CallerShare() => Snapshots.Current.Settings.Limits.CallerShare;

    // Frees what is over. What has expired is refused where it is used, so a part that fails leaves rows behind and no right; the other parts run.
    private void Sweep()
    {
        Sweep("sessions", () => Sessions.Sweep(Snapshots.Current.Settings.Sessions));
        Sweep("conversations", () => Conversations.Sweep(Snapshots.Current.Settings.Sessions));
        Sweep("quotas", () => Quotas.Table.Sweep());
        Sweep("state handles", () => handles.Sweep(CallerShare()));
        Sweep("callers", callers!.Sweep);
        Sweep("omitted lines", lines.WriteOmitted);
        Sweep("omitted lines of servers", serverLines.WriteOmitted);
        Sweep("omitted lines of the audit log", auditLines.WriteOmitted);
    }

    private void Sweep(string part, Action sweeping) => GuardedTimer.Run("sweep of " + part, sweeping, options.Diagnostics);

    // One assignment puts settings, policy and issuers in force together; nobody sees a part of the one and a part of the other.
    private async Task PutInForceAsync(GatewaySnapshot next, PreparedAuthentication prepared,
        IReadOnlyDictionary<SecretReference, SecretText> secrets)
    {
        prepared.BeforeForce();
        Secrets.Adopt(secrets);
        Snapshots.Replace(next);
        prepared.AfterForce();
        TellLock();
        await EndStreamsWithoutRightAsync(next).ConfigureAwait(false);
        await Upstreams.RetireAsync(next.Settings.Servers).ConfigureAwait(false);
    }

    // A stream whose server, issuer or scope is gone or whose caller the new policy does not know is closed; what stays
    // decides each message by the rules it is relayed under.
    private bool HasLostRight(Exchange exchange)
    {
        var snapshot = Snapshots.Current;
        if (!callers!.MayStay(snapshot, exchange)) return true;
        // Where others decide as well, what they said under the configuration before counts for nothing, and there is no time to ask.
        return snapshot.DecidesAlone
            ? !snapshot.Policy.Decide(exchange.Subject!, Presence(exchange)).IsPermitted
            : exchange.Snapshot.Generation != snapshot.Generation;
    }

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
        callers!.MayStay(snapshot, exchange)
            && (await snapshot.Decisions.DecideAsync(exchange.Subject!, Presence(exchange), default).ConfigureAwait(false)).IsPermitted;

    private void OnSessionEnded(SessionEntry entry)
    {
        Registry.EndOfSession(exchange => exchange.Session?.Uid == entry.Binding.Uid && exchange.Intent != ExchangeIntent.EndSession);
        _ = Upstreams.EndSessionAsync(entry.Server, entry.Binding.UpstreamId).AsTask();
    }

    private void OnFault(string exchangeId, Exception e) => options.Diagnostics(GuardedTimer.Report("exchange " + exchangeId, e));

    private IEnumerable<SecretReference> SecretsOf(GatewaySettings settings) => callers!.SecretsOf(settings)
        .Concat(settings.Servers.SelectMany(server =>
            (server.Http?.Credential is { } credential ? [credential.Value] : Array.Empty<SecretReference>())
                .Concat(server.Stdio?.Secrets.Values ?? [])))
        .Concat(settings.Management.Token is { } token ? [token] : Array.Empty<SecretReference>())
        .Concat(settings.DecisionPoint?.Credential is { } own ? [own.Value] : Array.Empty<SecretReference>());

    private string? RestartNeeded(GatewaySettings current, GatewaySettings next)
    {
        if (current.StateDirectory != next.StateDirectory) return "state";
        if (callers!.RestartNeeded(current, next) is { } what) return what;
        return current.Audit.Directory != next.Audit.Directory ? "audit.directory" : null;
    }

    private static AuditLogOptions AuditOptions(GatewaySettings settings, StateDirectory state) => new()
    {
        Directory = settings.Audit.Directory ?? state.Audit,
        SegmentBytes = settings.Audit.SegmentBytes,
        MaxTotalBytes = settings.Audit.MaxTotalBytes,
        MinFreeBytes = settings.Audit.MinFreeBytes,
    };
}
