using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Gatehouse.Audit;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.Identity.Bearer;
using Gatehouse.Policy;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Upstreams;

namespace Gatehouse.Connections;

/// <summary>The tokens of people's own connections as credentials of servers.</summary>
/// <param name="register">The connections.</param>
/// <param name="services">The services.</param>
/// <param name="links">The links to the page.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectedCredentials(
    ConnectionRegister register, ConnectedServices services, ConnectionLinks links, TimeProvider time) : IConnectedCredentials
{
    /// <summary>The most refused tokens that are remembered: 10,000. Then all are forgotten, and the servers refuse them again.</summary>
    public const int MostRefused = 10_000;

    /// <summary>The time in which one token of a connection counts as refused: a server that refuses every token costs its service one refresh a
    /// minute.</summary>
    public static readonly TimeSpan BetweenRefusals = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan NotNow = TimeSpan.FromSeconds(10);

    private readonly ConditionalWeakTable<UpstreamCredential, Connection> given = [];
    private readonly ConcurrentDictionary<(string Issuer, string Subject, string Server), RefusedToken> refused = new();

    /// <inheritdoc />
    public async ValueTask<UpstreamCredential> GetAsync(PolicySubject caller, ServerSettings server, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(server);
        var wanted = server.Http!.Connection!;
        if (services.Find(wanted.Provider) is not { } service) throw new RefusalException(Reasons.CredentialUnavailable, "service-unknown");
        if (await FindAsync(caller, server, service, cancellation).ConfigureAwait(false) is not { } connection)
            throw new RefusalException(links.Needed(caller, server, service));
        var credential = new UpstreamCredential("Authorization", "Bearer ", new SecretText(connection.Facts.AccessToken))
        { Use = new CredentialUse("connection") { Provider = service.Name } };
        given.Add(credential, connection);
        return credential;
    }

    /// <inheritdoc />
    public bool Refused(PolicySubject caller, ServerSettings server, UpstreamCredential credential)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(server);
        if (!given.TryGetValue(credential, out var connection)) return false;
        var key = (caller.Issuer, caller.Subject, server.Name);
        var now = time.GetUtcNow();
        // Of the same token, the refusal of another call at the same time is the same one.
        if (refused.TryGetValue(key, out var last) && now - last.At < BetweenRefusals) return last.Revision == connection.Row.Revision;
        if (refused.Count >= MostRefused) refused.Clear();
        refused[key] = new RefusedToken(connection.Row.Revision, now);
        return true;
    }

    private async ValueTask<Connection?> FindAsync(
        PolicySubject caller, ServerSettings server, ConnectedService service, CancellationToken cancellation)
    {
        var key = (caller.Issuer, caller.Subject, server.Name);
        try
        {
            var found = await register.FindAsync(caller.Issuer, caller.Subject, server.Name, cancellation).ConfigureAwait(false);
            if (found is null || !found.Serves(server, service)) return null;
            var isRefused = refused.TryGetValue(key, out var last) && last.Revision == found.Row.Revision;
            var fresh = await register.FreshAsync(found, service, isRefused, cancellation).ConfigureAwait(false);
            return fresh is not null && fresh.Serves(server, service) ? fresh : null;
        }
        catch (StoreException fault)
        {
            throw new RefusalException(new Refusal(Reasons.CredentialNotNow, "store") { RetryAfter = NotNow }, fault);
        }
        catch (SignInException fault)
        {
            // The token stays in use: a service that is down is not asked again for each refusal of the server.
            if (refused.TryGetValue(key, out var last)) refused.TryUpdate(key, last with { Revision = "" }, last);
            throw new RefusalException(new Refusal(Reasons.CredentialNotNow, fault.Fault.Code) { RetryAfter = NotNow }, fault);
        }
    }

    private readonly record struct RefusedToken(string Revision, DateTimeOffset At);
}
