using System.Net.Http.Headers;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Introspection;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.Identity.Tests.Support;

/// <summary>Asks over real sockets, for providers on loopback.</summary>
internal sealed class LoopbackIntrospection : IFormPoster, IDisposable
{
    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    public async ValueTask<FetchedDocument> PostAsync(Uri endpoint, ReadOnlyMemory<byte> form, SecretText? basic, int maxBytes,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ReadOnlyMemoryContent(form) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic!.Reveal().ToString());
        using var response = await client.SendAsync(request, cancellationToken);
        return new FetchedDocument((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    public void Dispose() => client.Dispose();
}
