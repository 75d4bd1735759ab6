using System.Runtime.CompilerServices;
using Gatehouse.Audit;
using Gatehouse.Diagnostics;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Schemas;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Upstreams.Catalogue;

/// <summary>The known state of one server, and its age.</summary>
internal sealed class CatalogueEntry
{
    // Time for which an answer is valid before the gateway asks again.
    private static readonly TimeSpan ProfileLife = TimeSpan.FromMinutes(5);

    // A missing name is looked up once more, but a flood of invented names must not become a flood of fetches.
    private static readonly TimeSpan RenewPause = TimeSpan.FromSeconds(1);

    // Bytes that the lists of all sessions of one server may take together.
    private const long MaxKept = 64L << 20;

    // Lists of single sessions and processes that are fetched concurrently; one caller gets a part of them.
    private const int MaxFetches = 64;

    // Faults of schemas that are reported to the operator until the server's configuration changes.
    private const int MostUnusable = 256;

    // Interval at which an unreadable list is reported to the operator.
    private static readonly TimeSpan ReportPause = TimeSpan.FromMinutes(1);

    private readonly CatalogueFetcher fetcher;
    private readonly TimeProvider time;
    private readonly ListCache shelf = new(MaxKept);
    private readonly ListEpochs epochs = new();
    private readonly ListOrder order = new();
    private readonly CatalogueView modern;
    private readonly CatalogueView legacy;
    private readonly HashSet<string> unusable = new(StringComparer.Ordinal);
    private readonly FetchLimiter places = new(MaxFetches);
    private readonly ConditionalWeakTable<LiveSession, CatalogueView> sessions = [];
    private readonly OwnDiscovery sight;
    private readonly ConditionalWeakTable<object, CatalogueView> processes = [];
    private readonly ConditionalWeakTable<PolicySubject, CatalogueView> callers = [];
    private readonly long?[] told = new long?[ListKinds.Count];
    private readonly SemaphoreSlim probing = new(1, 1);
    private readonly Latest?[] latest = new Latest?[ListKinds.Count];
    private volatile ServerList? tools; // the last list of any view
    private volatile Probed? profile;
    private volatile bool issues;
    private volatile bool isTried;
    private Unanswered? unanswered;

    // Not the semaphore of profiles, which every modern call needs: a handshake may take its whole time limit.
    private readonly SemaphoreSlim handshaking = new(1, 1);
    private static readonly TimeSpan HandshakePause = TimeSpan.FromSeconds(10);

    public CatalogueEntry(ServerSettings server, CatalogueFetcher fetcher, TimeProvider time, bool hasBothEras = false)
    {
        Server = server;
        this.fetcher = fetcher;
        this.time = time;
        sight = new OwnDiscovery(server, fetcher, token => ProfileAsync(null, token), time, hasBothEras);
        modern = NewView(null);
        legacy = NewView(null);
    }

    /// <summary>Receives events for the operator.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;

    public ServerSettings Server { get; }

    /// <summary>The tools of the last list that any caller's view had; empty before the first one.</summary>
    public IEnumerable<string> SeenTools => tools?.Entries.Select(static entry => entry.Name) ?? [];

    public async ValueTask<UpstreamProfile> ProfileAsync(PolicySubject? asker, CancellationToken cancellation)
    {
        if (profile is { } known && time.GetElapsedTime(known.At) < ProfileLife) return known.Profile;
        await probing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (profile is { } meanwhile && time.GetElapsedTime(meanwhile.At) < ProfileLife) return meanwhile.Profile;
            var value = await fetcher.ProbeAsync(OnBehalfOf(asker), cancellation).ConfigureAwait(false);
            if (value.IssuesSessions is { } begins) Tried(begins);
            profile = new Probed(value, time.GetTimestamp());
            return value;
        }
        catch (RefusalException) when (profile is { } last)
        {
            profile = last with { At = time.GetTimestamp() }; // the revision that it last used counts until it answers again
            return last.Profile;
        }
        finally
        {
            probing.Release();
        }
    }

    public ValueTask SeeAsync(Exchange asker, CancellationToken cancellation) => sight.EnsureAsync(asker, null, cancellation);

    /// <summary>
    /// Tells whether the server issues session ids. For a server of both eras, whose lists need no legacy handshake, a handshake is made only for
    /// this.
    /// </summary>
    public async ValueTask<bool> IssuesSessionsAsync(PolicySubject? asker, CancellationToken cancellation)
    {
        if (isTried) return issues;
        await ProfileAsync(asker, cancellation).ConfigureAwait(false);
        if (isTried) return issues;
        await handshaking.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // A caller that waited behind a failed handshake gets its outcome, so that the callers do not ask a hanging server one after the other.
            if (!isTried && unanswered is { } failed && time.GetElapsedTime(failed.At) < HandshakePause) throw new RefusalException(failed.Why);
            if (!isTried) Tried(await fetcher.BeginsSessionsAsync(OnBehalfOf(asker), cancellation).ConfigureAwait(false));
            return issues;
        }
        // A refusal that is one caller's own, with the page for that person to visit, is no outcome for the others.
        catch (RefusalException e) when (!MissingList.IsOther(e.Refusal))
        {
            if (unanswered is not { } known || time.GetElapsedTime(known.At) >= HandshakePause)
                unanswered = new Unanswered(e.Refusal, time.GetTimestamp());
            throw;
        }
        finally
        {
            handshaking.Release();
        }
    }

    private sealed record Unanswered(Refusal Why, long At);

    public void BeganSession() => Tried(true);

    // Fail closed: once the server has issued a session id, ids are required from then on. Only a change of the server's configuration resets this,
    // so that an answer to a handshake that a caller shaped cannot remove the requirement.
    private void Tried(bool begins)
    {
        issues |= begins;
        isTried = true;
    }

    public ValueTask<ServerList> ListAsync(Exchange asker, ListKind kind, CancellationToken cancellation) =>
        GetAsync(asker, kind, TimeSpan.MaxValue, cancellation);

    public ValueTask<ServerList> RenewAsync(Exchange asker, ListKind kind, CancellationToken cancellation) =>
        GetAsync(asker, kind, RenewPause, cancellation);

    /// <summary>Returns the list that the asker's own view last showed; before a session, the last list of any view.</summary>
    public ServerList? Known(Exchange asker, ListKind kind) =>
        View(asker).Known(kind) ?? (!asker.IsModern && asker.Session is null ? Volatile.Read(ref latest[(int)kind])?.List : null);

    public void Changed(ListKind kind) => epochs.Changed(kind);

    private async ValueTask<ServerList> GetAsync(Exchange asker, ListKind kind, TimeSpan oldest, CancellationToken cancellation)
    {
        try
        {
            await SeeAsync(asker, kind, cancellation).ConfigureAwait(false);
            var list = await View(asker).GetAsync(asker, kind, oldest, cancellation).ConfigureAwait(false);
            if (kind == ListKind.Tools && !ReferenceEquals(tools, list))
            {
                tools = list;
                ReportUnusable(list);
            }

            if (!asker.IsModern) Compare(asker, kind, list);
            return list;
        }
        catch (RefusalException e) when (e.Refusal.Reason == Reasons.DefinitionMissing)
        {
            Report(kind, e.Refusal);
            throw;
        }
    }

    /// <summary>Number of tools of the last list that callers do not see, since a schema of theirs cannot be used.</summary>
    public int UnusableTools => tools?.Entries.Count(entry => Unusable(entry).Any()) ?? 0;

    // E10: a tool that callers used before is missing for them. Each fault is reported once.
    private void ReportUnusable(ServerList list)
    {
        foreach (var entry in list.Entries)
        {
            foreach (var (schema, key) in Unusable(entry))
            {
                lock (unusable)
                {
                    if (unusable.Count >= MostUnusable || !unusable.Add($"{key}\n{entry.Name}\n{schema.FaultPlace}\n{schema.Fault}")) continue;
                }

                Log.Write(OperatorEvents.DefinitionUnusable, LogValue.Configured(Server.Name), LogValue.Outside(entry.Name),
                    LogValue.Code(key == "input" ? "inputSchema" : "outputSchema"), LogValue.Outside(schema.FaultPlace!),
                    LogValue.Outside(schema.Fault!), LogValue.Configured($"servers.{Server.Name}.schemas.{key}"));
            }
        }
    }

    private IEnumerable<(ToolSchema Schema, string Key)> Unusable(ListEntry entry)
    {
        if (Server.Schemas.Input == EnforcementMode.Enforce && entry.Tool?.Input is { Fault: not null } input) yield return (input, "input");
        if (Server.Schemas.Output == EnforcementMode.Enforce && entry.Tool?.Output is { Fault: not null } output) yield return (output, "output");
    }

    // A server whose list fails refuses every call. The operator learns it without reading the audit log, but not once for each caller.
    private void Report(ListKind kind, Refusal refusal)
    {
        lock (told)
        {
            if (told[(int)kind] is { } before && time.GetElapsedTime(before) < ReportPause) return;
            told[(int)kind] = time.GetTimestamp();
        }

        Log.Write(OperatorEvents.ListUnavailable, LogValue.Configured(Server.Name), LogValue.Code(kind.ToString().ToLowerInvariant()),
            LogValue.Code(refusal.Reason.Code), LogValue.Outside(refusal.Detail ?? ""));
    }

    private async ValueTask SeeAsync(Exchange asker, ListKind kind, CancellationToken cancellation)
    {
        try
        {
            await sight.EnsureAsync(asker, kind, cancellation).ConfigureAwait(false);
        }
        catch (RefusalException e) when (e.Refusal.Reason != Reasons.DefinitionMissing)
        {
            throw new RefusalException(MissingList.Of(kind, e.Refusal), e);
        }
    }

    // H20: a server shows the same list to sessions whose clients declared the same capabilities, since all use the gateway's own credential. If it
    // shows another list and announced no change, this is reported: an inspection for one session does not cover the list that another session sees.
    private void Compare(Exchange asker, ListKind kind, ServerList list)
    {
        var before = Volatile.Read(ref latest[(int)kind]);
        if (ReferenceEquals(before?.List, list) && before?.Session == asker.Session?.Uid) return;
        var now = new Latest(list, asker.Session?.Uid, asker.Session?.Capabilities ?? ClientCapabilities.None, epochs.Of(kind), time.GetTimestamp());
        Volatile.Write(ref latest[(int)kind], now);
        if (before is null || Server.Stateless || ReferenceEquals(before.List, list) || before.Session == now.Session
            || before.Capabilities != now.Capabilities) return;
        if (before.Epoch == now.Epoch && time.GetElapsedTime(before.At, now.At) < Server.Lists.MaxAge)
            asker.Record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Warn, "list-varies-by-session", ListKinds.Method(kind)));
    }

    // The modern era has no state between requests (H20). But a local server has a process for each caller, and a list change of that process is
    // announced only to its caller: once it runs, its lists belong to the caller. So do those of a server that gets the caller's own credential. In
    // the legacy era a list may differ by session and by the client's capabilities, unless the configuration says that the server keeps no state.
    private bool IsOfCaller => Server.Http is { IsCredentialOfCaller: true };

    // The revisions of a server depend on no caller's rights. Where its credential is that of callers, the first caller's is used to ask.
    private PolicySubject? OnBehalfOf(PolicySubject? asker) => IsOfCaller ? asker : null;

    private CatalogueView View(Exchange asker)
    {
        if (IsOfCaller && asker.IsModern) return callers.GetValue(asker.Subject!, _ => NewView(places));
        if (asker.IsModern) return fetcher.OwnProcess(asker) is { } process ? processes.GetValue(process, _ => NewView(places)) : modern;
        return asker.Session is { } session && (!Server.Stateless || IsOfCaller) ? sessions.GetValue(session.Live, _ => NewView(places)) : legacy;
    }

    // There are only two views that all callers share, and no caller can multiply them: they need no places.
    private CatalogueView NewView(FetchLimiter? within) => new(fetcher, shelf, epochs, order, Server.Lists.Changes, within, time);

    private sealed record Latest(ServerList List, string? Session, ClientCapabilities Capabilities, long Epoch, long At);

    private sealed record Probed(UpstreamProfile Profile, long At);
}
