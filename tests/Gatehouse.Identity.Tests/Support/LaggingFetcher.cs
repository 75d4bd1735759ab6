using System.Collections.Concurrent;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.Identity.Tests.Support;

/// <summary>Fetches through another fetcher, and while it lags serves what the addresses last had, as a provider's cache does.</summary>
internal sealed class LaggingFetcher(IMetadataFetcher inner) : IMetadataFetcher
{
    private readonly ConcurrentDictionary<Uri, FetchedDocument> last = [];

    public volatile bool Lags;

    public async ValueTask<FetchedDocument> GetAsync(Uri uri, int maxBytes, CancellationToken cancellationToken)
    {
        if (Lags && last.TryGetValue(uri, out var known))
            return known;
        return last[uri] = await inner.GetAsync(uri, maxBytes, cancellationToken);
    }
}
