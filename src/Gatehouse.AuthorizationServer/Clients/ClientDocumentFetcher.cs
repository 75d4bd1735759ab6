using System.Net;
using Gatehouse.Outbound;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>
/// The client that fetches client id metadata documents. A stranger chooses the address, so it connects only to public addresses, follows no
/// redirect, sends no credential and reads a bounded body (MCP row C15, rows E01 to E08).
/// </summary>
/// <param name="handler">The handler; disposed with the fetcher.</param>
internal sealed class ClientDocumentFetcher(HttpMessageHandler handler) : IClientDocumentFetcher, IDisposable
{
    private readonly HttpMessageInvoker invoker = new(handler);

    /// <summary>Creates the fetcher with a handler of the factory, for addresses that were learned.</summary>
    public ClientDocumentFetcher(OutboundHandlers handlers)
        : this(handlers.Create(DestinationTrust.Learned, [], ClientDocuments.FetchTimeout))
    {
    }

    /// <inheritdoc />
    public async ValueTask<ClientDocumentAnswer?> GetAsync(Uri address, int maxBytes, CancellationToken cancellation)
    {
        if (address.Scheme != Uri.UriSchemeHttps)
            throw new DestinationRefusedException("a client id metadata document is fetched by https only");
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        using var response = await invoker.SendAsync(request, cancellation).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
            return new ClientDocumentAnswer((int)response.StatusCode, default);
        if (await ReadAsync(response, maxBytes, cancellation).ConfigureAwait(false) is not { } body)
            return null;
        return new ClientDocumentAnswer((int)response.StatusCode, body)
        {
            MediaType = response.Content.Headers.ContentType?.MediaType,
            CacheControl = response.Headers.CacheControl,
            Age = response.Headers.Age,
        };
    }

    /// <inheritdoc />
    public void Dispose() => invoker.Dispose();

    private static async ValueTask<byte[]?> ReadAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancellation)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
            return await BoundedRead.ToEndAsync(stream, maxBytes, cancellation).ConfigureAwait(false);
    }
}
