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
    /// Finds the client of a grant, for a request with a credential of the grant that is in force. Threat: strangers name new documents until no
    /// fetch is left, and clients whose document was forgotten get no tokens (CWE-770). So it has the part of documents that are remembered.
    /// </summary>
    /// <inheritdoc cref="FindAsync"/>
    ValueTask<ClientLookup> FindGrantedAsync(string clientId, CallerPartition peer, CancellationToken cancellation);

    /// <summary>
    /// Keeps a client that registered itself, because a person gave it a right or it used one. A stranger who only names a client does not keep it.
    /// </summary>
    /// <param name="client">A client that was found.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask KeepAsync(OAuthClient client, CancellationToken cancellation);
}
