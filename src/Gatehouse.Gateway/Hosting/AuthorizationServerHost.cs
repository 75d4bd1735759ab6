using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Audit.Privacy;
using Gatehouse.AuthorizationServer;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Host;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.AuthorizationServer.Signing;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Connections;
using Gatehouse.Credentials;
using Gatehouse.Gateway.SignIn;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Validation;
using Gatehouse.Outbound;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Records;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// The gateway's own authorization server, composed from the gateway's store, key ring and outbound clients. It answers only while the configuration
/// in force has the section <c>authorizationServer</c>.
/// </summary>
internal sealed class AuthorizationServerHost : IPersonGrants, IDisposable
{
    private static readonly AuthorizationServerSettings Off = new() { Providers = [] };
    private static readonly TimeSpan RepeatEvery = TimeSpan.FromMinutes(1);

    private readonly GatewayServices services;
    private readonly Func<int> endRevoked;
    private readonly Func<string, string, ValueTask> endSessions;
    private readonly FormPoster poster;
    private readonly ClientDocumentFetcher documents;
    private readonly SignInProviders providers;
    private readonly DPoPProofs proofs;
    private readonly TokenSigningKeys signingKeys;
    private readonly Func<HttpContext, Peer, Task> endpoints;
    private readonly ClientRegistration registration;
    private readonly TokenParts parts;
    private readonly GrantBar bar;
    private readonly AuthorizationJournal journal;
    private readonly IReadOnlyList<ITimer> repeats;

    /// <summary>Composes the server.</summary>
    /// <param name="services">Store, keys, secrets and log of the gateway.</param>
    /// <param name="revocations">The revocations that the server adds to.</param>
    /// <param name="judged">The revocations that grants are judged by: also those of the file, and the users and clients that are contained.</param>
    /// <param name="hosts">The hosts that configuration names.</param>
    /// <param name="fetcher">Fetches metadata and keys of providers.</param>
    /// <param name="nonces">Nonces for proofs of possession; those of the resource server, so that a client needs one for both.</param>
    /// <param name="endRevoked">Ends exchanges under way whose token is revoked, and returns how many.</param>
    /// <param name="endSessions">Ends the MCP sessions of a caller: issuer, then subject.</param>
    public AuthorizationServerHost(
        GatewayServices services, PersistentRevocations revocations, IRevocationList judged, ConfiguredHosts hosts, IMetadataFetcher fetcher,
        DPoPNonces nonces, Func<int> endRevoked, Func<string, string, ValueTask> endSessions)
    {
        this.services = services;
        this.endRevoked = endRevoked;
        this.endSessions = endSessions;
        var time = services.Options.Time;
        poster = new FormPoster(services.Handlers, hosts);
        documents = new ClientDocumentFetcher(services.Handlers);
        providers = new SignInProviders(Settings, fetcher, poster, services.Secrets.For(SecretPurpose.SignIn), time);
        signingKeys = new TokenSigningKeys(new SealedSigningKeys(services.SealedSecrets), time);
        bar = new GrantBar(time);
        journal = new AuthorizationJournal(services.Journal, services.Alarms, services.Log, services.CallerShare, time);
        proofs = Proofs(nonces);
        var tokens = Tokens(revocations, judged);
        parts = tokens;
        var byAdministrators = Ending(tokens.Grants, revocations, tokens.Issuer, isByAdministrator: true);
        ByAdministrators = Withdrawal(byAdministrators);
        repeats =
        [
            Repeat("repeated ends of grants", tokens.Ending), Repeat("repeated ends of grants by administrators", byAdministrators),
        ];
        registration = new ClientRegistration(Section, services.Store.Clients, journal, time, services.CallerShare);
        Issuer = OwnIssuer.Create(tokens, services.CallerShare);
        services.Get<PersonTokenSource>().Find = new PersonTokenFinder(new HeldTokens(tokens, providers.InForce)).FindAsync;
        endpoints = services.Options.Replacements.Apply(
            PartNames.SignInEndpoints,
            new AuthorizationServerEndpoints(Parts(tokens), services.CallerShare, Programs(tokens), services.Get<IPersonPages>()).HandleAsync);
    }

    /// <summary>The gateway as an issuer that its validator trusts.</summary>
    public TrustedIssuer Issuer { get; }

    /// <summary>Withdrawals by administrators. Their revocations have the part of the list that is kept for acts of administrators.</summary>
    public GrantWithdrawal ByAdministrators { get; }

    /// <summary>
    /// Returns the sign-in providers, each with the cause of the last failed request for its metadata or keys; null where it succeeded.
    /// </summary>
    public IReadOnlyList<(string Provider, string? Fault)> ProviderFaults() => providers.LastFaults();

    /// <summary>Finishes the ends of grants that the gateway began before it stopped.</summary>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task<int> FinishEndingsAsync() => parts.Ending.FinishAsync(services.Store.Revocations, Settings().Origin, Section().GrantLife);

    /// <summary>Returns whether a grant of the store gives tokens, and if not, why.</summary>
    public GrantState StateOf(GrantRow grant) => LiveGrant.StateOf(parts, grant);

    /// <summary>Takes what a new configuration demands of proofs of possession. Everything else is read from the configuration in force.</summary>
    public void Use(GatewaySettings settings) => proofs.Options = IssuerSet.ProofOptions(settings);

    /// <summary>Answers a request whose path is one of <see cref="Routes"/>.</summary>
    public async Task HandleAsync(HttpContext context, GatewaySettings settings)
    {
        journal.Begin();
        var partition = PartitionOf(settings, context.Connection.RemoteIpAddress);
        await endpoints(context, new Peer(partition, SHA256.HashData(Encoding.UTF8.GetBytes(partition.ToString())))).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<IDisposable?> BarAsync(SubjectOwner person) =>
        person.Issuer == parts.Issuer ? await bar.BarAsync(person.Subject).ConfigureAwait(false) : null;

    /// <inheritdoc />
    public async Task<WithdrawnAccess> EndAsync(SubjectOwner person)
    {
        await services.Get<ConnectionRegister>().DisconnectAllAsync(person.Issuer, person.Subject, ConnectionCauses.Erased).ConfigureAwait(false);
        return person.Issuer == parts.Issuer
            ? await ByAdministrators.WithdrawAsync(person.Subject, null, null, GrantCauses.Erased).ConfigureAwait(false) : default;
    }

    /// <summary>
    /// Returns the address block of a peer. A gateway that listens without TLS on loopback and is https outside is behind a proxy on the same
    /// machine. Every peer comes from 127.0.0.1 then, and the bounds of one address block would be those of all.
    /// </summary>
    internal static CallerPartition PartitionOf(GatewaySettings settings, IPAddress? address)
    {
        var isProxy = address is not null && IPAddress.IsLoopback(address)
            && settings.PublicUrl.Scheme == Uri.UriSchemeHttps && settings.Listen.Url.Scheme == Uri.UriSchemeHttp;
        return isProxy ? CallerPartition.Unknown : PeerPartition.PartitionOf(settings, address);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var timer in repeats) timer.Dispose();
        signingKeys.Dispose();
        providers.Dispose();
        documents.Dispose();
        poster.Dispose();
    }

    private GatewaySettings Settings() => services.Snapshots.Current.Settings;

    private AuthorizationServerSettings Section() => Settings().AuthorizationServer ?? Off;

    // Uses are in the store: a proof is good once at all gateways of it. Those of the hot path are in memory.
    private DPoPProofs Proofs(DPoPNonces nonces) => new(
        new StoredProofUses(services.Store.Grants, services.Options.Time), nonces, IssuerSet.ProofOptions(Settings()), services.Options.Time);

    private TokenParts Tokens(PersistentRevocations revocations, IRevocationList judged)
    {
        var (time, issuer, doubles) = (services.Options.Time, Settings().Origin, services.Options.Replacements);
        var grants = doubles.Apply(PartNames.Grants, services.Store.Grants);
        var clientDocuments = new ClientDocuments(doubles.Apply(PartNames.ClientDocuments, documents), time, services.CallerShare);
        return new TokenParts
        {
            Issuer = issuer,
            Settings = Section,
            IsResource = resource => AdministrationResource.Is(resource, Settings()) || IsServer(resource, issuer),
            IsResourceFor = (client, resource) => AdministrationResource.IsFor(client, resource, Settings()) || IsServer(resource, issuer),
            Clients = doubles.Apply(PartNames.SignInClients, new ClientDirectory(Section, clientDocuments, services.Store.Clients, time)),
            Secret = TryResolve,
            Grants = grants,
            Facts = new SealedFacts(new RingSealer(services.Keys), SignInJson.Default),
            Ending = Ending(grants, revocations, issuer, isByAdministrator: false),
            Revocations = judged,
            Proofs = proofs,
            SigningKeys = signingKeys,
            Journal = journal,
            Time = time,
        };
    }

    private GrantWithdrawal Withdrawal(GrantEnding ending) => new(parts.Grants, services.Store.Consents, ending, parts.Time);

    private bool IsServer(string resource, string issuer) =>
        Settings() is var now && now.Servers.Any(server => now.Resource(server) == resource && server.TakesIssuer(issuer));

    private GrantEnding Ending(
        IGrantStore grants, PersistentRevocations revocations, string issuer, bool isByAdministrator) => new(
        grants,
        (grant, cause, keptUntil) => RevokeAsync(revocations.RevokeGrantAsync(issuer, grant, cause, isByAdministrator, keptUntil)),
        journal, services.Options.Time);

    private ITimer Repeat(string name, GrantEnding ending) =>
        GuardedTimer.StartTask(services.Options.Time, name, () => RepeatAsync(ending), RepeatEvery, RepeatEvery, services.Log);

    private async Task RepeatAsync(GrantEnding ending)
    {
        journal.Begin();
        await ending.RepeatAsync().ConfigureAwait(false);
    }

    // A revocation whose row could not be written is in force nevertheless: it is in memory first.
    private async ValueTask<int> RevokeAsync(ValueTask revocation)
    {
        try
        {
            await revocation.ConfigureAwait(false);
        }
        catch (StoreException)
        {
            endRevoked();
            throw;
        }

        return endRevoked();
    }

    private AuthorizationServerParts Parts(TokenParts tokens) => new()
    {
        Settings = Settings,
        Clients = tokens.Clients,
        Providers = services.Options.Replacements.Apply(PartNames.SignInProviders, providers.InForce),
        Grants = tokens.Grants,
        Consents = services.Store.Consents,
        Facts = tokens.Facts,
        Issuer = new GrantIssuer(tokens),
        Bar = bar,
        Ending = tokens.Ending,
        Withdrawal = Withdrawal(tokens.Ending),
        EndSessions = subject => endSessions(tokens.Issuer, subject),
        Journal = tokens.Journal,
        Time = tokens.Time,
    };

    // The endpoints that answer programs.
    private Dictionary<(string Method, string Path), Func<HttpContext, Peer, Task>> Programs(TokenParts tokens)
    {
        var rates = new FailureRates(tokens);
        var token = new TokenEndpoint(tokens, rates);
        var (revocation, introspection) = (new RevocationResponder(tokens, rates), new IntrospectionResponder(tokens, rates));
        return new()
        {
            [("POST", Routes.Token)] = Served(AttemptEndpoint.Token, token.AnswerAsync),
            [("POST", Routes.Revoke)] = Served(AttemptEndpoint.Revocation, revocation.AnswerAsync),
            [("POST", Routes.Introspect)] = Served(AttemptEndpoint.Introspection, introspection.AnswerAsync),
            [("POST", Routes.Register)] = (context, peer) => RegistrationHttp.ServeAsync(context, peer, registration, tokens.Journal),
            [("GET", Routes.Keys)] = (context, _) => SigningKeysHttp.ServeAsync(context, signingKeys),
        };

        Func<HttpContext, Peer, Task> Served(AttemptEndpoint place, Func<OAuthRequest, CancellationToken, ValueTask<OAuthResponse>> answer) =>
            (context, peer) => OAuthHttp.ServeAsync(context, peer, answer,
                fault => tokens.Journal.Attempt(peer.Partition, place, fault?.Reason, fault?.ClientId));
    }

    private SecretText? TryResolve(SecretReference reference)
    {
        try
        {
            return services.Secrets.Resolve(reference);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
