using System.Runtime.CompilerServices;
using Gatehouse.Audit;
using Gatehouse.Azure;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Validation;
using Gatehouse.Outbound;
using Gatehouse.Outbound.Tokens;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Policy;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Upstreams;

namespace Gatehouse.Credentials;

/// <summary>
/// The credentials that issuers issue for servers: for the gateway itself, or for the person who calls, in exchange for the person's token (ID-05).
/// </summary>
/// <param name="table">The credentials in memory.</param>
/// <param name="callers">Tokens of callers.</param>
/// <param name="people">Tokens of the providers of people who signed in at the gateway.</param>
/// <param name="host">The host.</param>
/// <param name="handlers">Handlers for outgoing requests.</param>
/// <param name="secrets">Reads secrets.</param>
/// <param name="azure">Tokens for the gateway's identity in Azure.</param>
/// <param name="uses">The record of uses outside of exchanges.</param>
/// <param name="time">The clock.</param>
internal sealed class IssuedCredentials(
    CredentialTable table, CallerTokens callers, PersonTokenSource people, CredentialHost host, OutboundHandlers handlers, SecretResolver secrets,
    IAzureTokens azure, ICredentialUses uses, TimeProvider time)
    : IUpstreamCredentials, IDisposable
{
    /// <summary>The most requests for tokens in progress at the same time: 64.</summary>
    public const int MostAtOnce = 64;

    /// <summary>The most requests for tokens that wait: 2,000, of one person 64.</summary>
    public const int MostWaiting = 2_000;

    private readonly ConfiguredCredentials configured = new(secrets);
    private readonly FairQueue turns = new(time);
    private readonly ConditionalWeakTable<IssuedCredentialSettings, IssuerConnection> connections = [];
    private readonly ConditionalWeakTable<IssuedCredentialSettings, IssuerConnection> partners = [];

    /// <inheritdoc />
    public ValueTask<UpstreamCredential?> GetAsync(PolicySubject? caller, ServerSettings server, string? exchange, CancellationToken cancellation) =>
        server.Http is not { Issued: not null } and not { Azure: not null }
            ? configured.GetAsync(caller, server, exchange, cancellation)
            : IssuedAsync(caller, server, exchange, cancellation);

    /// <inheritdoc />
    public bool MayRenew(PolicySubject? caller, ServerSettings server, UpstreamCredential credential, string? challenge)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(credential);
        var issued = server.Http?.Issued;
        if ((issued is null && server.Http?.Azure is null) || (issued is { IsOfCaller: true } && caller is null)) return false;
        var known = issued is { IsOfCaller: true } ? table.Of(server, caller!) : table.OfGateway(server);
        var mayRenew = known.Cell.Held is not { } held || !credential.IsOf(held.Token) || known.Cell.Drop(held);
        // "Claims challenges, claims requests, and client capabilities" (learn.microsoft.com): only the person can satisfy it.
        return issued is { IsOfCaller: true } && ClaimsChallenge.Of(challenge) is { } claims
            ? throw CredentialRefusals.Of(
                new TokenFaultException(TokenFaultKind.SignInAgain, "the server demands claims of a further sign-in", null, claims), host.Settings(), server)
            : mayRenew;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var (_, connection) in connections.Concat(partners)) connection.Dispose();
    }

    private async ValueTask<UpstreamCredential?> IssuedAsync(
        PolicySubject? caller, ServerSettings server, string? exchange, CancellationToken cancellation)
    {
        var issued = server.Http!.Issued;
        // The gateway asks such a server only for a caller: it has no rights of its own there.
        if (issued is { IsOfCaller: true } && caller is null) throw new RefusalException(Reasons.CredentialUnavailable, "the credential is that of a caller");
        var credential = issued is { IsOfCaller: true } ? table.Of(server, caller!) : table.OfGateway(server);
        try
        {
            var token = await credential.Cell.GetAsync(
                () => issued is null ? RequestAsync(server.Http.Azure!) : RequestAsync(issued, caller, server.Name, exchange), cancellation)
                .ConfigureAwait(false);
            return new UpstreamCredential("Authorization", "Bearer ", token.Token) { Use = credential.Use };
        }
        catch (TokenFaultException fault)
        {
            throw CredentialRefusals.Of(fault, host.Settings(), server);
        }
    }

    private async Task<IssuedToken> RequestAsync(AzureCredentialSettings settings)
    {
        using var patience = new CancellationTokenSource(TokenEndpointClient.Patience, time);
        try
        {
            var asked = time.GetUtcNow();
            var (token, until) = await azure.GetAsync(settings.Identity, settings.ClientId, settings.Resource, patience.Token).ConfigureAwait(false);
            return new IssuedToken(token, asked, until - TokenEndpointClient.Reserve, null);
        }
        catch (Exception fault) when (fault is AzureTokenException or OperationCanceledException)
        {
            throw new TokenFaultException(TokenFaultKind.NotNow, fault is AzureTokenException ? fault.Message : "the platform gave no token in 10 s");
        }
    }

    // The token serves every call that waits, and may come after them: the use of the secret for it is no part of one exchange. Its entry names the
    // exchange that asked first.
    private async Task<IssuedToken> RequestAsync(IssuedCredentialSettings issued, PolicySubject? caller, string server, string? exchange)
    {
        var asker = issued.IsOfCaller ? callers.Find(caller!) : null;
        // Threat: the end of a session at its server, after the end of the person, obtains a credential for that person again (CWE-613).
        if (asker is not null && host.IsRevoked(asker.Verified))
            throw new TokenFaultException(TokenFaultKind.SignInAgain, "the caller's token is revoked");
        var partition = caller is null || !issued.IsOfCaller ? CallerPartition.Unknown : CallerPartition.Of(caller.Issuer, caller.Subject);
        var bounds = new QueueBounds(MostAtOnce, host.Settings().Limits.CallerShare, MostAtOnce, MostWaiting, TokenEndpointClient.Patience);
        try
        {
            using var turn = await turns.WaitAsync(partition, bounds, CancellationToken.None).ConfigureAwait(false);
            var (grant, check) = issued.IsOfCaller
                ? await GrantAsync(issued, asker).ConfigureAwait(false) : CredentialGrants.OfGateway(issued);
            var connection = connections.GetValue(issued, one => new IssuerConnection(one.Issuer, one.Client, handlers, secrets.Resolve, time));
            var token = await connection.Tokens.RequestAsync(grant, check, CancellationToken.None, () => Note(issued.Issuer, issued.Client))
                .ConfigureAwait(false);
            if (issued.Kind != IssuedCredentialKind.IdentityAssertion) return token;
            (grant, check) = CredentialGrants.OfAssertion(issued, token);
            connection = partners.GetValue(
                issued, one => new IssuerConnection(one.AuthorizationServer!, one.ClientThere!, handlers, secrets.Resolve, time));
            return await connection.Tokens.RequestAsync(
                grant, check, CancellationToken.None, () => Note(issued.AuthorizationServer!, issued.ClientThere!)).ConfigureAwait(false);
        }
        catch (RefusalException)
        {
            throw new TokenFaultException(TokenFaultKind.NotNow, "too many requests for tokens wait");
        }

        void Note(IssuerSettings issuer, IssuerClientSettings client)
        {
            if (CredentialWords.SecretOf(client) is not { } secret) return;
            var use = new CredentialUse("secret") { Reference = secret.ToString(), Version = secrets.Peek(secret).Version, Issuer = issuer.Issuer };
            uses.Note(new OutsideUse(use, SecretPurpose.Token, server, issued.IsOfCaller ? caller : null, exchange));
        }
    }

    // A token of the gateway itself is of a person who signed in at a provider, whose tokens the gateway holds.
    private async ValueTask<(string Grant, IssuedTokenCheck Check)> GrantAsync(IssuedCredentialSettings issued, CallerToken? caller)
    {
        if (caller is not { Verified: { SessionId: { } grant } verified } || people.Find is null || verified.Issuer != host.Settings().Origin)
            return CredentialGrants.OfCaller(issued, caller);
        var needsId = issued.Kind == IssuedCredentialKind.IdentityAssertion;
        return await people.Find(grant, needsId, CancellationToken.None).ConfigureAwait(false) is { } person
            ? CredentialGrants.OfPerson(issued, person)
            : throw new TokenFaultException(TokenFaultKind.SignInAgain, "the tokens of the person's provider have ended, and there is no refresh token");
    }
}
