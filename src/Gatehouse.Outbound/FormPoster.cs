using System.Net.Http.Headers;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.Outbound;

/// <summary>
/// The client of the endpoints of identity providers that take forms. Its answers are bounded in size, it follows no redirects, and the SSRF guard
/// judges the address. A caller's token leaves the gateway only by it: to the issuer that made the token, for introspection (RFC 7662) or in exchange
/// for one of a server (RFC 8693). No server behind the gateway is ever reached by it.
/// </summary>
public sealed class FormPoster : IFormPoster, IDisposable
{
    private readonly TrustedInvokers invokers;

    /// <summary>Creates the client with handlers of the factory.</summary>
    public FormPoster(OutboundHandlers handlers, ConfiguredHosts hosts) => invokers = new TrustedInvokers(handlers, hosts, TimeSpan.FromSeconds(5));

    /// <inheritdoc />
    public async ValueTask<FetchedDocument> PostAsync(Uri endpoint, ReadOnlyMemory<byte> form, SecretText? basic, int maxBytes,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ReadOnlyMemoryContent(form) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        if (basic is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic.Reveal().ToString());
        using var response = await invokers.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var body = await BoundedRead.ToEndAsync(stream, maxBytes, cancellationToken).ConfigureAwait(false)
                ?? throw new IOException($"the answer of {endpoint.Host} is larger than {maxBytes} bytes");
            var wait = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - response.Headers.Date : null;
            return new FetchedDocument((int)response.StatusCode, body) { RetryAfter = wait };
        }
    }

    /// <inheritdoc />
    public void Dispose() => invokers.Dispose();
}
