using System.Net;

namespace Gatehouse.Outbound;

/// <summary>The system's resolver.</summary>
public sealed class SystemNameResolver : INameResolver
{
    /// <inheritdoc />
    public async ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) =>
        IPAddress.TryParse(host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(host, cancellation).ConfigureAwait(false);
}
