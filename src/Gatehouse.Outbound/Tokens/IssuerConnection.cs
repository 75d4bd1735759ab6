using Gatehouse.Identity.Bearer;
using Gatehouse.Settings;

namespace Gatehouse.Outbound.Tokens;

/// <summary>
/// The connection to one issuer as one of its clients. Only requests of this connection trust the hosts that the configuration names for the issuer.
/// </summary>
internal sealed class IssuerConnection : IDisposable
{
    private readonly MetadataFetcher fetcher;
    private readonly FormPoster poster;

    /// <summary>Creates it. No request is sent.</summary>
    /// <param name="issuer">The issuer.</param>
    /// <param name="client">The gateway as its client.</param>
    /// <param name="handlers">Handlers for outgoing requests.</param>
    /// <param name="secrets">Reads secrets.</param>
    /// <param name="time">The clock.</param>
    public IssuerConnection(
        IssuerSettings issuer, IssuerClientSettings client, OutboundHandlers handlers, Func<SecretReference, SecretText> secrets, TimeProvider time)
    {
        var hosts = new ConfiguredHosts([issuer]);
        (fetcher, poster) = (new MetadataFetcher(handlers, hosts), new FormPoster(handlers, hosts));
        Tokens = new TokenEndpointClient(issuer, new IssuerClient(issuer, client, secrets, time), fetcher, poster, time);
    }

    /// <summary>The token endpoint.</summary>
    public TokenEndpointClient Tokens { get; }

    /// <inheritdoc />
    public void Dispose()
    {
        fetcher.Dispose();
        poster.Dispose();
    }
}
