using System.Globalization;
using Gatehouse.Outbound;
using Gatehouse.Identity.Development;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Authenticate;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The callers of a gateway: whoever has a token of a trusted issuer, or a certificate of a workload.</summary>
internal sealed class TokenAuthentication : ICallerAuthentication, IDisposable
{
    private readonly GatewayCore core;
    private readonly GatewayHostOptions options;
    private readonly ConfiguredHosts hosts;
    private readonly MetadataFetcher fetcher;
    private readonly IntrospectionTransport introspection;
    private readonly WatchedRevocations watched;

    public TokenAuthentication(GatewaySettings settings, AuthenticationFiles files, GatewayCore core, PersistentRevocations revocations)
    {
        this.core = core;
        options = core.Options;
        var time = options.Time;
        hosts = new ConfiguredHosts(settings);
        fetcher = new MetadataFetcher(core.Handlers, hosts);
        introspection = new IntrospectionTransport(core.Handlers, hosts);
        Development = settings.Development ? new DevelopmentIssuer(DevelopmentIssuerName(settings), time) : null;
        Revocations = revocations;
        watched = new WatchedRevocations(Revocations, files.Revocations, settings.Revocations.CheckEvery, time, TellFault, OnChanged);
        Revocations.Revoked += EndConversations;
        var nonces = new DPoPNonces(() => core.Keys.DeriveKeys("dpop-nonce/v1", default, DPoPNonces.KeyBytes), time);
        var replays = new InMemoryDPoPReplayCache(time, settings.DPoP.MaxProofs, settings.DPoP.MaxProofsPerKey, core.CallerShare);
        var proofs = new DPoPProofs(replays, nonces, IssuerSet.ProofOptions(settings), time);
        Issuers = new IssuerSet(settings, files.CertificateIssuers, fetcher, introspection, core.Secrets.Resolve, watched, Development?.TrustedIssuer,
            proofs, time);
        Stage = new AuthenticateStage(Issuers, nonces, Issuers);
    }

    /// <summary>The stage that tells who calls.</summary>
    public IStage Stage { get; }

    /// <summary>What was revoked.</summary>
    public PersistentRevocations Revocations { get; }

    /// <summary>The issuer of <c>--dev</c>; null without it.</summary>
    public DevelopmentIssuer? Development { get; }

    /// <summary>Whose tokens are accepted.</summary>
    public IssuerSet Issuers { get; }

    /// <summary>The hosts whose addresses are as trusted as the issuers of the configuration in force.</summary>
    public ConfiguredHosts Hosts => hosts;

    /// <summary>The part of the configuration that the host starts with.</summary>
    public PreparedAuthentication First() => Join(Issuers.InForce);

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
            },
        };
    }

    public IEnumerable<SecretReference> SecretsOf(GatewaySettings settings) =>
        settings.Issuers.Select(issuer => issuer.Introspection).OfType<IntrospectionSettings>().Select(introspected => introspected.Secret);

    public string? RestartNeeded(GatewaySettings current, GatewaySettings next)
    {
        if (current.Listen.Url != next.Listen.Url) return "listen.url";
        if (current.Listen.ClientCertificates != next.Listen.ClientCertificates) return "listen.clientCertificates";
        if ((current.DPoP.MaxProofs, current.DPoP.MaxProofsPerKey) != (next.DPoP.MaxProofs, next.DPoP.MaxProofsPerKey))
            return "dpop.maxProofs and dpop.maxProofsPerKey";
        if (current.PublicUrl != next.PublicUrl && current.Development) return "publicUrl";
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

    /// <summary>Ends exchanges under way whose token or certificate is revoked; returns how many.</summary>
    public int EndRevoked() => core.Registry.End(exchange => watched.IsRevoked(exchange.Caller));

    /// <summary>Reads the files of revocations no more.</summary>
    public void StopWatching() => watched.Dispose();

    public void Dispose()
    {
        fetcher.Dispose();
        introspection.Dispose();
    }

    private static PreparedAuthentication Join(PreparedIssuers issuers) =>
        new(snapshot => snapshot with { Tokens = issuers.Tokens, Workloads = issuers.Workloads });

    // Streams are cut with the token they were opened by; each further request is judged anew anyway.
    private void OnChanged()
    {
        EndConversations();
        core.Note("revocations", ("cut", EndRevoked().ToString(CultureInfo.InvariantCulture)));
    }

    // What is held of a caller ends with the right it came by: who signs in again is not known by what went before.
    private void EndConversations() => core.Conversations.End(conversation => watched.IsRevoked(conversation.Caller));

    private void TellFault(string fault)
    {
        options.Diagnostics($"revocations: {fault}; the last good ones stay in force");
        core.Note("revocations.fault");
    }

    private static string DevelopmentIssuerName(GatewaySettings settings) =>
        settings.PublicUrl.GetLeftPart(UriPartial.Authority) + DevelopmentIssuer.Path;
}
