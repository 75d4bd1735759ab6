namespace Gatehouse.Identity.Issuers;

/// <summary>
/// A fetcher of public documents of issuers. The implementation guards against SSRF (MCP rows E01 to E07): no redirects, no cookies, no credentials,
/// checked addresses.
/// </summary>
public interface IMetadataFetcher
{
    /// <summary>Gets a document with one GET.</summary>
    /// <param name="uri">https, or http on loopback.</param>
    /// <param name="maxBytes">The largest body read; a larger one must end in an exception, never in a cut-off body.</param>
    /// <param name="cancellationToken">Ends the fetch.</param>
    /// <returns>The answer with any status code.</returns>
    /// <exception cref="IOException">No answer, or a body larger than <paramref name="maxBytes"/>. HttpRequestException serves as well.</exception>
    ValueTask<FetchedDocument> GetAsync(Uri uri, int maxBytes, CancellationToken cancellationToken);
}
