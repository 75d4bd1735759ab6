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
    private readonly FormPoster poster;

    /// <summary>Creates the transport with handlers of the factory.</summary>
    public IntrospectionTransport(OutboundHandlers handlers, ConfiguredHosts hosts) => poster = new FormPoster(handlers, hosts);

    /// <inheritdoc />
    public ValueTask<FetchedDocument> PostAsync(Uri endpoint, ReadOnlyMemory<byte> form, SecretText basic, int maxBytes,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(basic);
        return poster.PostAsync(endpoint, form, basic, maxBytes, cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose() => poster.Dispose();
}
