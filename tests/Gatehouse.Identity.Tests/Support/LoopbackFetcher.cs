using System.Net.Http.Headers;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.Identity.Tests.Support;

/// <summary>Fetches over real sockets, for providers on loopback.</summary>
internal sealed class LoopbackFetcher : IMetadataFetcher, IDisposable
{
    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    public async ValueTask<FetchedDocument> GetAsync(Uri uri, int maxBytes, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await client.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(maxBytes, cancellationToken);
        return new FetchedDocument((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    public void Dispose() => client.Dispose();
}
