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
internal sealed class ConnectedCredentials(ConnectionRegister register, ConnectedServices services, ConnectionLinks links) : IConnectedCredentials
{
    /// <summary>The most refused tokens that are remembered: 10,000. Then all are forgotten, and the servers refuse them again.</summary>
    public const int MostRefused = 10_000;

    private static readonly TimeSpan NotNow = TimeSpan.FromSeconds(10);

    private readonly ConditionalWeakTable<UpstreamCredential, Connection> given = [];
    private readonly ConcurrentDictionary<(string Issuer, string Subject, string Server), string> refused = new();

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
    public void Refused(PolicySubject caller, ServerSettings server, UpstreamCredential credential)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(server);
        if (!given.TryGetValue(credential, out var connection)) return;
        if (refused.Count >= MostRefused) refused.Clear();
        refused[(caller.Issuer, caller.Subject, server.Name)] = connection.Row.Revision;
    }

    private async ValueTask<Connection?> FindAsync(
        PolicySubject caller, ServerSettings server, ConnectedService service, CancellationToken cancellation)
    {
        try
        {
            var found = await register.FindAsync(caller.Issuer, caller.Subject, server.Name, cancellation).ConfigureAwait(false);
            if (found is null || !found.Serves(server, service)) return null;
            var isRefused = refused.TryGetValue((caller.Issuer, caller.Subject, server.Name), out var revision) && revision == found.Row.Revision;
            var fresh = await register.FreshAsync(found, service, isRefused, cancellation).ConfigureAwait(false);
            return fresh is not null && fresh.Serves(server, service) ? fresh : null;
        }
        catch (StoreException fault)
        {
            throw new RefusalException(new Refusal(Reasons.CredentialNotNow, "store") { RetryAfter = NotNow }, fault);
        }
        catch (SignInException fault)
        {
            throw new RefusalException(new Refusal(Reasons.CredentialNotNow, fault.Fault.Code) { RetryAfter = NotNow }, fault);
        }
    }
}
