using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy;
using Gatehouse.Protocol;

namespace Gatehouse.Upstreams;

/// <summary>The identity under which the gateway asks a server for its lists.</summary>
/// <param name="Revision">The revision; null when none was named.</param>
/// <param name="Session">The session of the request (legacy era); null outside of sessions.</param>
/// <param name="Caller">The caller that the request serves; null when it serves none.</param>
internal sealed record CatalogueRequester(ProtocolRevision? Revision, UpstreamSession? Session, PolicySubject? Caller)
{
    /// <summary>The gateway itself, in the modern era.</summary>
    public static CatalogueRequester Modern { get; } = new(ProtocolRevision.V20260728, null, null);

    /// <summary>True in the modern era.</summary>
    public bool IsModern => Revision is { IsModern: true };

    /// <summary>Creates the requester for an exchange, in its era and session.</summary>
    public static CatalogueRequester Of(Exchange exchange) =>
        new(exchange.Revision, exchange.Session is { } session ? UpstreamSession.Of(session) : null, exchange.Subject);
}
