using System.Net;

namespace Gatehouse.Outbound;

/// <summary>A resolver of host names. It is an interface for tests in which a name changes its address (E06).</summary>
public interface INameResolver
{
    /// <summary>Returns the addresses of the host.</summary>
    ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation);
}
