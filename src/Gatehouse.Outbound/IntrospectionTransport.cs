using System.Net.Http.Headers;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Introspection;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.Outbound;

/// <summary>
/// The client of introspection endpoints. It is the one place where a caller's token leaves the gateway, and the token goes only to the issuer that
/// made it (RFC 7662). No server behind the gateway is ever reached by it.
/// </summary>
public sealed class IntrospectionTransport : IIntrospectionTransport, IDisposable
{
    private readonly TrustedInvokers invokers;

    /// <summary>Creates the transport with handlers of the factory.</summary>
    public IntrospectionTransport(OutboundHandlers handlers, ConfiguredHosts hosts) =>
        invokers = new TrustedInvokers(handlers, hosts, TimeSpan.FromSeconds(5));

    /// <inheritdoc />
    public async ValueTask<FetchedDocument> PostAsync(Uri endpoint, ReadOnlyMemory<byte> form, SecretText basic, int maxBytes,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(basic);
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ReadOnlyMemoryContent(form) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic.Reveal().ToString());
        using var response = await invokers.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var body = await BoundedRead.ToEndAsync(stream, maxBytes, cancellationToken).ConfigureAwait(false)
                ?? throw new IOException($"the answer of {endpoint.Host} is larger than {maxBytes} bytes");
            return new FetchedDocument((int)response.StatusCode, body);
        }
    }

    /// <inheritdoc />
    public void Dispose() => invokers.Dispose();
}
