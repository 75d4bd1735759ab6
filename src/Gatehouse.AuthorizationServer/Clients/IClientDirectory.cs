using Gatehouse.Identity.Partitions;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>The clients of the authorization server, whatever way they are known.</summary>
internal interface IClientDirectory
{
    /// <summary>Finds a client by its id. A metadata document is fetched when it is not remembered.</summary>
    /// <param name="clientId">The client id, text of a stranger.</param>
    /// <param name="peer">The address block of the stranger, whose share of fetches is used.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask<ClientLookup> FindAsync(string clientId, CallerPartition peer, CancellationToken cancellation);

    /// <summary>
    /// Keeps a client that registered itself, because a person gave it a right or it used one. A stranger who only names a client does not keep it.
    /// </summary>
    /// <param name="client">A client that was found.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask KeepAsync(OAuthClient client, CancellationToken cancellation);
}
