using System.Net;
using Gatehouse.Outbound;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Doubles;

/// <summary>
/// A name service that keeps the address of the metadata service from the rules: it leads the name to the place where the range plays that service.
/// So a connection is made as if no rule judged the address.
/// </summary>
internal sealed class UnjudgedNames : INameResolver
{
    public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) => host == AttackerNames.Metadata
        ? ValueTask.FromResult<IPAddress[]>([IPAddress.Loopback])
        : new AttackerNames().ResolveAsync(host, cancellation);
}
