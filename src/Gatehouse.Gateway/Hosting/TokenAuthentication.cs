using System.Globalization;
using Gatehouse.Containment;
using Gatehouse.Diagnostics;
using Gatehouse.Gateway.SignIn;
using Gatehouse.Identity.Development;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Identity.Revocations;
using Gatehouse.Outbound;
using Gatehouse.Pipeline.Authenticate;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Settings;
using Gatehouse.Text;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The callers of a gateway: each has a token of a trusted issuer, or a certificate of a workload.</summary>
internal sealed class TokenAuthentication : ICallerAuthentication, IDisposable
{
    private readonly GatewayServices services;
    private readonly GatewayHostOptions options;
    private readonly ConfiguredHosts hosts;
    private readonly MetadataFetcher fetcher;
    private readonly FormPoster introspection;
    private readonly WatchedRevocations watched;

    public TokenAuthentication(GatewaySettings settings, AuthenticationFiles files, GatewayServices services, PersistentRevocations revocations)
    {
        this.services = services;
        options = services.Options;
        var time = options.Time;
        hosts = new ConfiguredHosts(settings);
        fetcher = new MetadataFetcher(services.Handlers, hosts);
        introspection = new FormPoster(services.Handlers, hosts);
        Development = settings.Development ? new DevelopmentIssuer(DevelopmentIssuerName(settings), time) : null;
        Revocations = revocations;
        var judged = new ContainedCallers(Revocations, services.Get<ContainmentState>());
        watched = new WatchedRevocations(judged, files.Revocations, settings.Revocations.CheckEvery, time, ReportFault, OnChanged);
        services.Quarantine.Book.Revocations = watched;
        Revocations.Revoked += EndConversations;
        services.ApprovalBook.Revocations = watched;
        services.Remembered.Rights.Revocations = watched;
        var nonces = new DPoPNonces(() => services.Keys.DeriveKeys("dpop-nonce/v1", default, DPoPNonces.KeyBytes), time);
        var replays = new InMemoryDPoPReplayCache(time, settings.DPoP.MaxProofs, settings.DPoP.MaxProofsPerKey, services.CallerShare);
        var proofs = new DPoPProofs(replays, nonces, IssuerSet.ProofOptions(settings), time);
        // Threat: a person or client that the file revokes refreshes its tokens, or signs in again (CWE-613).
        AuthorizationServer = new AuthorizationServerHost(
            services, Revocations, options.Replacements.Apply<IRevocationList>(PartNames.GrantRevocations, watched), hosts, fetcher, nonces,
            () => RevocationsChanged?.Invoke() ?? 0, (issuer, subject) => SignedOut?.Invoke(issuer, subject) ?? default);
        Issuers = new IssuerSet(settings, files.CertificateIssuers, fetcher, introspection,
            services.Secrets.For(SecretPurpose.Introspection), watched,
            new InnerIssuers(AuthorizationServer.Issuer, Development?.TrustedIssuer), proofs, time, ReportOutage, ReportIntrospection);
        var (trusted, issuers) = (services.Get<CallerRevocations>(), Issuers);
        (trusted.List, trusted.Issuers) = (watched, () => issuers.Known);
        Stage = new AuthenticateStage(Issuers, nonces, Issuers, new RefusedTokens(options.Log, time).Add, services.Get<ICallerTokens>(),
            services.Get<IHoneyTokens>());
    }

    /// <summary>The stage that identifies the caller.</summary>
    public IStage Stage { get; }

    /// <summary>Raised when the files of revocations have changed. The handler ends exchanges without right, and returns how many.</summary>
    public event Func<int>? RevocationsChanged;

    /// <summary>Raised when a person signed out everywhere, with issuer and subject. The handler ends the person's MCP sessions.</summary>
    public event Func<string, string, ValueTask>? SignedOut;

    /// <summary>Revoked tokens, sessions and subjects.</summary>
    public PersistentRevocations Revocations { get; }

    /// <summary>The issuer of <c>--dev</c>, or null without it.</summary>
    public DevelopmentIssuer? Development { get; }

    /// <summary>The gateway's own authorization server.</summary>
    public AuthorizationServerHost AuthorizationServer { get; }

    /// <inheritdoc />
    public IPersonGrants Grants => AuthorizationServer;

    /// <summary>Issuers whose tokens are accepted.</summary>
    public IssuerSet Issuers { get; }

    /// <summary>The hosts whose addresses are as trusted as the issuers of the configuration in force.</summary>
    public ConfiguredHosts Hosts => hosts;

    /// <inheritdoc />
    public PreparedAuthentication First => Join(Issuers.InForce);

    public PreparedAuthentication Prepare(GatewaySettings next)
    {
        var files = AuthenticationFiles.Load(next, options.Time);
        var issuers = Issuers.Prepare(next, files.CertificateIssuers);
        return Join(issuers) with
        {
            // Not before: a configuration that is refused makes no host a trusted one (SSRF, MCP rows E01 to E05).
            BeforeForce = () =>
            {
                watched.Use(files.Revocations, next.Revocations.CheckEvery);
                hosts.Expect(next);
            },
            AfterForce = () =>
            {
                hosts.Use(next);
                Issuers.Replace(next, issuers);
                FetchKeysAhead();
                AuthorizationServer.Use(next);
            },
        };
    }

    public IEnumerable<SecretUse> SecretsOf(GatewaySettings settings) => SecretUses.OfIssuers(settings);

    public string? RestartNeeded(GatewaySettings current, GatewaySettings next)
    {
        if (current.Listen.Url != next.Listen.Url) return "listen.url";
        if (current.Listen.ClientCertificates != next.Listen.ClientCertificates) return "listen.clientCertificates";
        // The origin is the issuer of the tokens that the gateway made.
        if (current.PublicUrl != next.PublicUrl
            && (current.Development || current.AuthorizationServer is not null || next.AuthorizationServer is not null))
            return "publicUrl";
        return KestrelHost.Changed(current, next);
    }

    public bool MayStay(GatewaySnapshot snapshot, Exchange exchange) =>
        snapshot.Settings.Server(exchange.Server.Name) is { } server
        && server.Scopes.All(exchange.Caller.HasScope)
        && CallerEntitlements.Remain(snapshot.Settings, server, exchange.Caller)
        && Issuers.IsTrusted(exchange.Caller.Issuer)
        && Issuers.StillTakes(exchange.Caller)
        && !watched.IsRevoked(exchange.Caller);

    public void Sweep() => Issuers.Sweep();

    /// <summary>Returns whether the token or the certificate of an exchange's caller is revoked.</summary>
    public bool IsRevoked(Exchange exchange) => watched.IsRevoked(exchange.Caller);

    /// <summary>
    /// Closes the questions and rights of people who were revoked while the process before this one ended. The host calls it before it takes the
    /// first request.
    /// </summary>
    public Task SettleRevokedAsync()
    {
        services.ApprovalWatch.OnRevoked(watched);
        return services.ApprovalWatch.SettledAsync();
    }

    /// <summary>Begins to fetch the keys of issuers that have none yet, where the host wants it.</summary>
    public void FetchKeysAhead()
    {
        if (options.FetchKeysAhead) Issuers.FetchKeys();
    }

    /// <summary>Stops reading the files of revocations.</summary>
    public void StopWatching() => watched.Dispose();

    public void Dispose()
    {
        AuthorizationServer.Dispose();
        Issuers.Dispose();
        fetcher.Dispose();
        introspection.Dispose();
    }

    private static PreparedAuthentication Join(PreparedIssuers issuers) =>
        new(snapshot => snapshot with { Tokens = issuers.Tokens, Workloads = issuers.Workloads });

    private void OnChanged()
    {
        EndConversations();
        // Streams end with the token they were opened by. Each later request is authenticated again anyway.
        var ended = RevocationsChanged?.Invoke() ?? 0;
        services.Journal.Note("revocations", ("cut", ended.ToString(CultureInfo.InvariantCulture)));
    }

    // A caller's conversation ends with the right that it came by: a caller who signs in again is not known by earlier exchanges.
    private void EndConversations()
    {
        services.Conversations.End(conversation => watched.IsRevoked(conversation.Caller));
        services.ApprovalWatch.OnRevoked(watched);
        services.QuarantineWatch.OnRevoked();
        // Threat: a revoked caller signs in again, and continues an approved call of before by the state of its round.
        services.Handles.Void(state => watched.IsPartyRevoked(state.Issuer, state.Subject, state.Client, state.At));
    }

    private void ReportFault(string fault)
    {
        options.Log.Write(OperatorEvents.RevocationsFault, LogValue.FileFault(fault));
        services.Journal.Note("revocations.fault");
    }

    private void ReportOutage(string issuer, KeyOutage? outage)
    {
        if (outage is null)
        {
            options.Log.Write(OperatorEvents.IssuerKeysAvailable, LogValue.Configured(issuer));
            return;
        }

        var effect = outage.UsableUntil is { } until
            ? $"the keys that it has serve until {Moments.Words(until)} (staleKeys)"
            : "it has no usable keys, and tokens of this issuer are refused (GH2004)";
        options.Log.Write(OperatorEvents.IssuerKeysUnavailable, LogValue.Configured(issuer), LogValue.Outside(outage.Cause),
            LogValue.Code(effect));
    }

    private void ReportIntrospection(string issuer, string? cause)
    {
        if (cause is null) options.Log.Write(OperatorEvents.IntrospectionAvailable, LogValue.Configured(issuer));
        else options.Log.Write(OperatorEvents.IntrospectionUnavailable, LogValue.Configured(issuer), LogValue.Outside(cause));
    }

    private static string DevelopmentIssuerName(GatewaySettings settings) =>
        settings.PublicUrl.GetLeftPart(UriPartial.Authority) + DevelopmentIssuer.Path;
}
