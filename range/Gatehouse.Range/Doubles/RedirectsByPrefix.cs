using System.Collections.Concurrent;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.Identity.Partitions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Doubles;

/// <summary>Clients that are answered at every address which begins like one of theirs.</summary>
internal sealed class RedirectsByPrefix
{
    private readonly ConcurrentDictionary<string, bool> requested = new(StringComparer.Ordinal);

    /// <summary>Endpoints that note which addresses are requested.</summary>
    public Func<HttpContext, Peer, Task> Around(Func<HttpContext, Peer, Task> real) => (context, peer) =>
    {
        requested[context.Request.Query["redirect_uri"].ToString()] = true;
        return real(context, peer);
    };

    /// <summary>Clients that have those addresses.</summary>
    public IClientDirectory Around(IClientDirectory real) => new Directory(this, real);

    private OAuthClient With(OAuthClient client) => client with
    {
        RedirectUris = [.. client.RedirectUris, .. requested.Keys.Where(address => client.RedirectUris.Any(own => Begins(address, own)))],
    };

    private static bool Begins(string address, string own) =>
        address.StartsWith(new Uri(own).GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);

    private sealed class Directory(RedirectsByPrefix naive, IClientDirectory real) : IClientDirectory
    {
        public async ValueTask<ClientLookup> FindAsync(string clientId, CallerPartition peer, CancellationToken cancellation) =>
            Widened(await real.FindAsync(clientId, peer, cancellation).ConfigureAwait(false));

        public async ValueTask<ClientLookup> FindGrantedAsync(string clientId, CallerPartition peer, CancellationToken cancellation) =>
            Widened(await real.FindGrantedAsync(clientId, peer, cancellation).ConfigureAwait(false));

        public ValueTask KeepAsync(OAuthClient client, CancellationToken cancellation) => real.KeepAsync(client, cancellation);

        private ClientLookup Widened(ClientLookup found) => found.Client is { } client ? found with { Client = naive.With(client) } : found;
    }
}
