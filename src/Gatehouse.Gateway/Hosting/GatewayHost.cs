using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.AuthZen.Serving;
using Gatehouse.Gateway.Limits;
using Gatehouse.Gateway.Sessions;
using Gatehouse.Gateway.Transport;
using Gatehouse.Identity.Development;
using Gatehouse.Outbound;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Authenticate;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.ProviderEvents;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Upstreams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Hosting;

/// <summary>A running gateway: the core, the issuers whose tokens are taken, and the listener.</summary>
public sealed class GatewayHost : IAsyncDisposable
{
    private readonly TokenAuthentication callers;
    private readonly RequestRouter router;
    private readonly WebApplication? web; // null where the gateway is a library
    private readonly TaskCompletionSource taking = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int disposed;

    private GatewayHost(GatewaySettings settings, GatewayCore core, TokenAuthentication callers)
    {
        this.callers = callers;
        Core = core;
        var (services, options) = (core.Services, core.Services.Options);
        callers.RevocationsChanged += EndRevoked;
        callers.SignedOut += async (issuer, subject) =>
            await EndSessionsAsync(entry => entry.Issuer == issuer && entry.Subject == subject).ConfigureAwait(false);
        Pipeline = Core.Pipelines.Compose(callers.Stage, CallerAuthentication.Tokens, Upstreams.Get, Upstreams.Notifications);
        options.Replacements.RequireComposed();
        services.Get<ContainmentHost>().Names = KnownNames.Of(this);
        services.Get<ProviderEventHost>().Gateway = this;
        var decisions = new DecisionEndpoint(
            Issuers, new DecisionRecords(services.Audit, options.Time, IsNamedByConfiguration), services.Get<IBarredParties>(), options.Time);
        var endpoint = new McpEndpoint(Pipeline, Snapshots, Pipeline.Sessions, Budget, options.Time);
        router = new RequestRouter(endpoint, decisions, callers.AuthorizationServer, services.Get<EventEndpoints>(), Snapshots,
            new RefusedOrigins(options.Time, services.Log), Development?.TrustedIssuer.Profile.Issuer);
        if (options.InProcess is null) web = KestrelHost.Build(settings, this);
    }

    // A question is about a server, or about a type of resources of another enforcement point.
    private bool IsNamedByConfiguration(string server) =>
        Snapshots.Current.Settings is var now && (now.Server(server) is not null || now.DecisionService?.Types.Contains(server) == true);

    /// <summary>The part that this host has in common with every other.</summary>
    public GatewayCore Core { get; }

    /// <summary>The snapshot in force.</summary>
    public SnapshotHolder Snapshots => Core.Snapshots;

    /// <summary>Sessions of the legacy era.</summary>
    public SessionTable Sessions => Core.Sessions;

    /// <summary>Exchanges under way.</summary>
    public ExchangeRegistry Registry => Core.Registry;

    /// <summary>Use of the limits.</summary>
    public PersistentQuotas Quotas => Core.Quotas;

    /// <summary>Revocations in force.</summary>
    public PersistentRevocations Revocations => callers.Revocations;

    /// <summary>The issuer of <c>--dev</c>, or null without it.</summary>
    public DevelopmentIssuer? Development => callers.Development;

    /// <summary>Issuers whose tokens are accepted.</summary>
    public IssuerSet Issuers => callers.Issuers;

    /// <summary>The pipeline.</summary>
    public GatewayPipeline Pipeline { get; }

    /// <summary>The state folder.</summary>
    public StateDirectory State => Core.State;

    /// <summary>True while the gateway takes no new exchanges and waits for those under way.</summary>
    public bool IsDraining => Core.IsDraining;

    /// <summary>True while exchanges can be recorded and taken.</summary>
    public bool IsReady => Core.IsReady && taking.Task.IsCompletedSuccessfully;

    /// <summary>Address the gateway listens on. Where it is a library, the server listens, and this is its public address.</summary>
    public Uri Address => web is null ? Snapshots.Current.Settings.PublicUrl : new Uri(web.Urls.First());

    /// <inheritdoc cref="GatewayCore.AuditStatistics"/>
    public Audit.AuditLogStatistics AuditStatistics => Core.AuditStatistics;

    /// <summary>Completes when the gateway takes requests: the configuration in force is in the log then.</summary>
    internal Task Taking => taking.Task;

    internal Outbound.ConfiguredHosts IssuerHosts => callers.Hosts;

    internal UpstreamSet Upstreams => Core.Services.Upstreams;

    internal SecretResolver Secrets => Core.Services.Secrets;

    internal ByteBudget Budget => Core.Services.Budget;

    /// <summary>Starts a gateway.</summary>
    /// <exception cref="IOException">State folder, key ring, store or log cannot be opened, or the address is in use.</exception>
    /// <exception cref="InvalidDataException">A secret is missing.</exception>
    public static async Task<GatewayHost> StartAsync(GatewaySettings settings, GatewayHostOptions options)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        ListenerGuard.Require(settings);
        var files = AuthenticationFiles.Load(settings, options.Time);
        var services = await GatewayServices.OpenAsync(settings, options).ConfigureAwait(false);
        var host = await BuildAsync(settings, files, services).ConfigureAwait(false);
        try
        {
            if (host.web is { } listener) await listener.StartAsync().ConfigureAwait(false);
            // The addresses are bound: nothing can refuse the start any more. Requests that came since wait for the entry.
            await host.Core.RecordStartAsync().ConfigureAwait(false);
            await host.callers.SettleRevokedAsync().ConfigureAwait(false);
            host.Note("start", ("version", typeof(GatewayHost).Assembly.GetName().Version?.ToString(3) ?? ""));
            host.taking.SetResult();
            host.callers.FetchKeysAhead();
            host.TakeEvents();
            return host;
        }
        catch
        {
            host.taking.TrySetCanceled();
            await OpenParts.CloseAsync(host).ConfigureAwait(false);
            throw;
        }
    }

    private void TakeEvents()
    {
        var polls = Core.Services.Get<EventPollers>();
        polls.Use(Snapshots.Current.Settings);
        Snapshots.Replaced += snapshot => polls.Use(snapshot.Settings);
    }

    private static async Task<GatewayHost> BuildAsync(GatewaySettings settings, AuthenticationFiles files, GatewayServices services)
    {
        TokenAuthentication? callers = null;
        GatewayCore? core = null;
        try
        {
            var revocations = await PersistentRevocations.LoadAsync(services.Store.Revocations, services.Options.Time).ConfigureAwait(false);
            callers = new TokenAuthentication(settings, files, services, revocations);
            await callers.AuthorizationServer.FinishEndingsAsync().ConfigureAwait(false);
            core = await GatewayCore.StartAsync(services, callers).ConfigureAwait(false);
            return new GatewayHost(settings, core, callers);
        }
        catch
        {
            // Nothing of a start that failed runs on, and log and store are free for the next one.
            callers?.StopWatching();
            await OpenParts.CloseAsync(callers, (object?)core ?? services).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc cref="GatewayCore.ReloadAsync()"/>
    public Task<IReadOnlyList<string>> ReloadAsync() => Core.ReloadAsync();

    /// <inheritdoc cref="GatewayCore.DrainAsync"/>
    public Task<int> DrainAsync(TimeSpan patience) => Core.DrainAsync(patience);

    internal void CountTurnedAway() => Core.CountTurnedAway();

    /// <summary>Serves a request of a client: an open endpoint, or an exchange of the pipeline.</summary>
    internal Task ServeAsync(HttpContext context) =>
        // No request is served under a configuration that the log does not name yet.
        Taking.IsCompletedSuccessfully ? ServeNow(context) : ServeLaterAsync(context);

    private async Task ServeLaterAsync(HttpContext context)
    {
        await Taking.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        await ServeNow(context).ConfigureAwait(false);
    }

    private Task ServeNow(HttpContext context)
    {
        if (!IsDraining) return router.HandleAsync(context);
        // No exchange begins any more, so there is none to record; how many were turned away is counted.
        CountTurnedAway();
        context.Response.StatusCode = Reasons.Draining.LegacyStatus;
        context.Response.Headers.RetryAfter = "5";
        context.Response.Headers.Connection = "close";
        return Task.CompletedTask;
    }

    /// <inheritdoc cref="GatewayCore.Note"/>
    public void Note(string act, params (string Name, string Value)[] facts) => Core.Note(act, facts);

    /// <inheritdoc cref="GatewayCore.NoteDurableAsync"/>
    public Task<bool> NoteDurableAsync(string act, params (string Name, string Value)[] facts) => Core.NoteDurableAsync(act, facts);

    internal GrantState StateOf(GrantRow grant) => callers.AuthorizationServer.StateOf(grant);

    internal GrantWithdrawal Withdrawal => callers.AuthorizationServer.ByAdministrators;

    /// <summary>Returns the work and state of the host as families of samples.</summary>
    internal GatewayMetrics Metrics() => new(Core, Issuers, SignInProviderFaults());

    /// <summary>Returns the sign-in providers, each with the cause of its last failed request; null where it succeeded.</summary>
    internal IReadOnlyList<(string Provider, string? Fault)> SignInProviderFaults() => callers.AuthorizationServer.ProviderFaults();

    /// <summary>Ends sessions, and returns how many.</summary>
    internal async Task<int> EndSessionsAsync(Func<SessionEntry, bool> which)
    {
        var found = Sessions.Entries.Where(which).ToList();
        foreach (var entry in found) await Sessions.EndAsync(entry.Binding).ConfigureAwait(false);
        return found.Count;
    }

    /// <summary>Ends exchanges under way whose token or certificate is revoked, and those of certain people, and returns how many.</summary>
    internal int EndRevoked(IReadOnlyCollection<(string Issuer, string Subject)> people) => Registry.End(exchange => callers.IsRevoked(exchange)
        || (exchange.Subject is { } caller && people.Contains((caller.Issuer, caller.Subject))));

    /// <summary>Ends exchanges under way whose token or certificate is revoked, and returns how many.</summary>
    internal int EndRevoked() => Registry.End(callers.IsRevoked);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        callers.StopWatching();
        await Core.Services.Get<EventPollers>().DisposeAsync().ConfigureAwait(false);
        await Core.StopAsync().ConfigureAwait(false);
        if (web is not null) await web.DisposeAsync().ConfigureAwait(false);
        await Core.DisposeAsync().ConfigureAwait(false);
        callers.Dispose();
    }
}
