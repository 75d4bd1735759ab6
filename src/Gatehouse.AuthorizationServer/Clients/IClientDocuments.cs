using Gatehouse.Identity.Partitions;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>The clients that are known by a client id metadata document.</summary>
internal interface IClientDocuments
{
    /// <summary>Returns the client of a document, which is fetched when it is not remembered.</summary>
    /// <param name="url">The client id.</param>
    /// <param name="peer">The address block of the stranger, whose share of fetches is used.</param>
    /// <param name="hasGrant">True for the client of a grant: its fetch takes no place of new addresses.</param>
    /// <param name="cancellation">Ends the wait of this caller; others may wait for the same fetch.</param>
    ValueTask<ClientDocumentResult> FindAsync(
        ClientDocumentUrl url, CallerPartition peer, bool hasGrant, CancellationToken cancellation);
}
