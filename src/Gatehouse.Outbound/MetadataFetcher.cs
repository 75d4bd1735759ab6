using Gatehouse.Identity.Issuers;

namespace Gatehouse.Outbound;

/// <summary>
/// The client that fetches issuer metadata and keys. Its answers are bounded in size, it follows no redirects, and the SSRF guard judges the address.
/// </summary>
public sealed class MetadataFetcher : IMetadataFetcher, IDisposable
{
    private readonly TrustedInvokers invokers;

    /// <summary>Creates the fetcher with handlers of the factory.</summary>
    public MetadataFetcher(OutboundHandlers handlers, ConfiguredHosts hosts) =>
        invokers = new TrustedInvokers(handlers, hosts, TimeSpan.FromSeconds(10));

    /// <inheritdoc />
    public async ValueTask<FetchedDocument> GetAsync(Uri uri, int maxBytes, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        using var response = await invokers.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var body = await BoundedRead.ToEndAsync(stream, maxBytes, cancellationToken).ConfigureAwait(false)
                ?? throw new IOException($"the document at {uri.Host} is larger than {maxBytes} bytes");
            return new FetchedDocument((int)response.StatusCode, body) { Date = response.Headers.Date };
        }
    }

    /// <inheritdoc />
    public void Dispose() => invokers.Dispose();
}
