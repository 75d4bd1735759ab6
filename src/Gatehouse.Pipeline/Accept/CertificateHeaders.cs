using System.Collections.Concurrent;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Accept;

/// <summary>The client's certificate of a request, from where the configuration says it comes.</summary>
internal sealed class CertificateHeaders
{
    private const int Most = 1000;

    // A proxy sends the same header with each request of a connection; reading it is costly.
    private readonly ConcurrentDictionary<string, PresentedCertificate> read = new(StringComparer.Ordinal);

    /// <summary>The certificate; null when there is none that counts.</summary>
    /// <remarks>
    /// Threat: a client that names itself by the proxy's header. It is read only where proxies are named, and connections from elsewhere are not
    /// served then.
    /// </remarks>
    public PresentedCertificate? Of(Exchange exchange) => exchange.Snapshot.Settings.Listen switch
    {
        { ClientCertificates: ClientCertificates.Ask } => exchange.Head.ConnectionCertificate,
        { ClientCertificates: ClientCertificates.Header, TlsEndedByProxies.Count: > 0 } => Read(exchange.Head.Single(HeaderNames.ClientCertificate)),
        _ => null,
    };

    private PresentedCertificate? Read(string? value)
    {
        if (value is null) return null;
        if (read.TryGetValue(value, out var known)) return known;
        if (!PresentedCertificate.TryReadHeader(value, out var certificate)) return null;
        if (read.Count >= Most) read.Clear();
        return read.GetOrAdd(value, certificate);
    }
}
