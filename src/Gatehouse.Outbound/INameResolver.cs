using System.Net;

namespace Gatehouse.Outbound;

/// <summary>Resolves host names; a seam for tests in which a name changes its address (E06).</summary>
public interface INameResolver
{
    /// <summary>Addresses of the host.</summary>
    ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation);
}
