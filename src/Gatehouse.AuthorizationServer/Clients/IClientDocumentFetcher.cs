namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>A fetcher of client id metadata documents. The implementation guards against SSRF (MCP row C15).</summary>
internal interface IClientDocumentFetcher
{
    /// <summary>Gets a document with one GET and without following a redirect.</summary>
    /// <param name="address">The address, https; text of a stranger.</param>
    /// <param name="maxBytes">The largest body.</param>
    /// <param name="cancellation">Ends the fetch.</param>
    /// <returns>The answer with any status code; null when its body is larger than the bound.</returns>
    /// <exception cref="IOException">There is no answer. HttpRequestException serves as well.</exception>
    ValueTask<ClientDocumentAnswer?> GetAsync(Uri address, int maxBytes, CancellationToken cancellation);
}
