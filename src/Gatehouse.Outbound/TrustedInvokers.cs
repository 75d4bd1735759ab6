namespace Gatehouse.Outbound;

/// <summary>A pair of HTTP clients that sends each request by the rules for the origin of its address. Neither follows redirects.</summary>
internal sealed class TrustedInvokers : IDisposable
{
    private readonly ConfiguredHosts hosts;
    private readonly HttpMessageInvoker configured;
    private readonly HttpMessageInvoker learned;

    public TrustedInvokers(OutboundHandlers handlers, ConfiguredHosts hosts, TimeSpan connectTimeout)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        ArgumentNullException.ThrowIfNull(hosts);
        this.hosts = hosts;
        configured = new HttpMessageInvoker(handlers.Create(DestinationTrust.Configured, [], connectTimeout));
        learned = new HttpMessageInvoker(handlers.Create(DestinationTrust.Learned, [], connectTimeout));
    }

    /// <summary>Sends the request by the rules for the origin of its address.</summary>
    /// <exception cref="DestinationRefusedException">The address was learned and is not https.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var address = request.RequestUri!;
        if (hosts.TrustOf(address) == DestinationTrust.Configured) return configured.SendAsync(request, cancellation);
        return address.Scheme == Uri.UriSchemeHttps
            ? learned.SendAsync(request, cancellation)
            : throw new DestinationRefusedException($"the address on {address.IdnHost} was learned from metadata and is not https");
    }

    public void Dispose()
    {
        configured.Dispose();
        learned.Dispose();
    }
}
