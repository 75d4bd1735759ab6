using System.Collections.Concurrent;
using Gatehouse.Outbound;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Upstreams;

/// <summary>
/// The upstreams, one for each server. A reload keeps the upstreams of unchanged servers, so that their sessions and processes continue. It retires
/// the others when their last exchange has ended.
/// </summary>
public sealed class UpstreamSet : IAsyncDisposable
{
    private readonly IUpstreamCredentials credentials;
    private readonly OutboundHandlers handlers;
    private readonly SecretResolver secrets;
    private readonly ByteBudget budget;
    private readonly Func<SessionSettings> sessions;
    private readonly string emptyDirectory;
    private readonly TimeProvider time;
    private readonly Action<string> serverOutput;
    private readonly List<Task> retiring = [];
    private readonly HashSet<IUpstream> late = []; // those that were made for settings that were not in force any more; under the lock of retiring
    private volatile HashSet<ServerSettings>? inForce; // null before the first reload
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentDictionary<ServerSettings, IUpstream> upstreams = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<IUpstream, ServerSettings> retired = new(ReferenceEqualityComparer.Instance); // until they are disposed of

    /// <summary>Creates the set; upstreams are created when first used. Without other credentials, those of the configuration are used.</summary>
    public UpstreamSet(
        OutboundHandlers handlers, SecretResolver secrets, ByteBudget budget, Func<SessionSettings> sessions, string emptyDirectory,
        TimeProvider time, Action<string> serverOutput,
        IUpstreamCredentials? credentials = null)
    {
        this.credentials = credentials ?? new ConfiguredCredentials(secrets);
        this.handlers = handlers;
        this.secrets = secrets;
        this.budget = budget;
        this.sessions = sessions;
        this.emptyDirectory = emptyDirectory;
        this.time = time;
        this.serverOutput = serverOutput;
    }

    /// <summary>The notifications of local servers, also those that belong to no request in progress.</summary>
    public UpstreamNotifications Notifications { get; } = new();

    /// <summary>Receives events for the operator.</summary>
    internal ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>Receives uses of credentials that belong to no exchange.</summary>
    internal ICredentialUses Uses { get; init; } = NoCredentialUses.Instance;

    /// <summary>The handler that leads to the one server of this process, where the gateway is a library in it; null connects to addresses.</summary>
    internal HttpMessageHandler? InProcess { get; init; }

    /// <summary>The parts of the channel to a local process.</summary>
    internal StdioParts LocalParts { get; init; } = StdioParts.Default;

    /// <summary>Receives each start and each end of a process of a local server.</summary>
    internal Action<LocalServerChange> OnLocalServer { get; init; } = static _ => { };

    /// <summary>Returns the containment of a server; null for none. Nothing is sent to a contained one, and no process of it is started.</summary>
    internal Func<string, string?> ContainmentOf { get; init; } = static _ => null;

    /// <summary>Returns whether a containment, a count of processes and the end of a session reach a retired server; by default each.</summary>
    internal Func<ServerSettings, bool> IsRetiredInReach { get; init; } = EachRetired;

    /// <summary>The default of <see cref="IsRetiredInReach"/>.</summary>
    internal static Func<ServerSettings, bool> EachRetired { get; } = static _ => true;

    /// <summary>Returns the upstream of the server.</summary>
    /// <exception cref="RefusalException">The server is contained (<see cref="Reasons.Contained"/>).</exception>
    public IUpstream Get(ServerSettings server)
    {
        ArgumentNullException.ThrowIfNull(server);
        var upstream = upstreams.GetOrAdd(server, Create);
        // After the upstream is in the set: either a reload finds it there, or it is found here.
        Interlocked.MemoryBarrier();
        if (!IsInForce(server)) RetireLate(server, upstream);
        // After the upstream is in the set: either the containment finds it there, or it is found here.
        return ContainmentOf(server.Name) is { } containment ? throw new RefusalException(Reasons.Contained, containment) : upstream;
    }

    /// <summary>
    /// Ends a server that is contained: its processes without a grace, with the processes that they started. Connections to a remote server close
    /// when its last exchange has ended.
    /// </summary>
    /// <returns>The number of processes that ended.</returns>
    internal async Task<int> ContainAsync(string serverName)
    {
        var ended = 0;
        foreach (var (server, upstream) in All().Where(pair => pair.Server.Name == serverName))
        {
            RetireOnce(server, upstream);
            if (upstream is StdioUpstream stdio) ended += await stdio.CloseAsync().ConfigureAwait(false);
        }

        return ended;
    }

    /// <summary>Ends processes of callers without a grace, with the processes that they started. Returns when they are gone.</summary>
    /// <param name="which">Selects a process by the name of its server, its caller with the client, and its id.</param>
    /// <returns>The number of processes that ended.</returns>
    internal async Task<int> KillAsync(Func<string, PolicySubject?, string, bool> which)
    {
        var counts = await Task.WhenAll(All().Select(pair => pair.Upstream is StdioUpstream stdio
            ? stdio.KillAsync((owner, id) => which(pair.Server.Name, owner, id)) : Task.FromResult(0))).ConfigureAwait(false);
        return counts.Sum();
    }

    /// <summary>Returns the number of processes that <see cref="KillAsync"/> or <see cref="ContainAsync"/> would end.</summary>
    internal int CountProcesses(Func<string, PolicySubject?, string, bool> which) =>
        All().Sum(pair => pair.Upstream is StdioUpstream stdio ? stdio.Count((owner, id) => which(pair.Server.Name, owner, id)) : 0);

    /// <summary>Ends the process of a stdio session.</summary>
    public async ValueTask EndSessionAsync(string serverName, string? upstreamId)
    {
        if (upstreamId is null) return;
        foreach (var (server, upstream) in All())
        {
            if (server.Name == serverName && upstream is StdioUpstream stdio) await stdio.EndAsync(upstreamId).ConfigureAwait(false);
            if (server.Name == serverName && upstream is HttpUpstream http) http.Forget(upstreamId);
        }
    }

    /// <summary>Returns the state of the servers that were used, by name.</summary>
    public IReadOnlyList<UpstreamHealth> Health() =>
    [
        .. upstreams.Where(pair => IsInForce(pair.Key)).Select(pair => pair.Value switch
        {
            HttpUpstream http => new UpstreamHealth(pair.Key.Name, http.State) { Circuit = http.Circuit },
            StdioUpstream stdio => new UpstreamHealth(pair.Key.Name, stdio.State) { Processes = stdio.Running },
            _ => new UpstreamHealth(pair.Key.Name, "unknown"),
        }).OrderBy(health => health.Server, StringComparer.Ordinal),
    ];

    /// <summary>
    /// Retires the upstreams of servers that are not in the configuration any more. Each ends after the longest deadline of its server, when no
    /// exchange of it is left, or with the set. An upstream that an exchange of the earlier configuration needs later is retired when it is made.
    /// </summary>
    public void Retire(IEnumerable<ServerSettings> servers)
    {
        var kept = new HashSet<ServerSettings>(servers, ReferenceEqualityComparer.Instance);
        inForce = kept;
        Interlocked.MemoryBarrier(); // the search for upstreams happens after this write
        foreach (var (server, upstream) in upstreams)
        {
            if (!kept.Contains(server)) RetireOnce(server, upstream);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        Task[] ended;
        lock (retiring) ended = [.. retiring];
        await Task.WhenAll([.. ended, .. upstreams.Values.Select(u => u.DisposeAsync().AsTask())]).ConfigureAwait(false);
        upstreams.Clear();
    }

    // Threat: a reload that changes any word of a server retires its upstream, and until the longest deadline is over a containment would find none
    // of its processes. An upstream is added to the retired ones before it leaves the others, so that none is missed.
    private IEnumerable<(ServerSettings Server, IUpstream Upstream)> All() =>
        upstreams.Select(static pair => (Server: pair.Key, Upstream: pair.Value))
            .Concat(retired.Where(pair => IsRetiredInReach(pair.Value)).Select(static pair => (Server: pair.Value, Upstream: pair.Key)))
            .DistinctBy(static pair => pair.Upstream);

    private void RetireOnce(ServerSettings server, IUpstream upstream)
    {
        if (!retired.TryAdd(upstream, server)) return;
        upstreams.TryRemove(KeyValuePair.Create(server, upstream));
        Track(RetireAsync(server, upstream));
    }

    private void Track(Task ended)
    {
        lock (retiring)
        {
            retiring.RemoveAll(static task => task.IsCompleted);
            retiring.Add(ended);
        }
    }

    private bool IsInForce(ServerSettings server) => inForce is not { } now || now.Contains(server);

    // Threat: an exchange keeps the configuration that it began with. Its head may arrive before a reload and its body after it. Without this, the
    // program that an operator removed would be started for it and stay until the gateway ends (design rule 7).
    private void RetireLate(ServerSettings server, IUpstream upstream)
    {
        lock (retiring)
        {
            if (!late.Add(upstream)) return;
        }

        Track(RetireLateAsync(server, upstream));
    }

    // It stays in the set for further exchanges of the earlier configuration, until the last of them has met its deadline.
    private async Task RetireLateAsync(ServerSettings server, IUpstream upstream)
    {
        await Task.Delay(server.LongestDeadline, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (retiring) late.Remove(upstream);
        // In force after all: it was needed while a reload was not complete. Retired already: a reload or a containment ends it.
        if (IsInForce(server) || !retired.TryAdd(upstream, server)) return;
        upstreams.TryRemove(KeyValuePair.Create(server, upstream));
        await EndAsync(upstream).ConfigureAwait(false);
    }

    private async Task RetireAsync(ServerSettings server, IUpstream upstream)
    {
        await Task.Delay(server.LongestDeadline, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await EndAsync(upstream).ConfigureAwait(false);
    }

    private async Task EndAsync(IUpstream upstream)
    {
        await upstream.DisposeAsync().ConfigureAwait(false);
        retired.TryRemove(upstream, out _);
    }

    private IUpstream Create(ServerSettings server) => server.Http is not null
        ? new HttpUpstream(server, handlers, credentials, budget, time, InProcess) { Log = Log, Uses = Uses }
        : new StdioUpstream(server, secrets, budget, sessions, emptyDirectory, time, serverOutput)
        { OnNotification = message => Notifications.Raise(server, message), OnChange = OnLocalServer, Parts = LocalParts };
}
