using System.Net;
using Gatehouse.Outbound;

namespace Gatehouse.Azure.Tests.StandIns;

/// <summary>The names of stand-ins: all on loopback, and one that leads to the metadata service of the machine.</summary>
internal sealed class StandInNames : INameResolver
{
    /// <summary>A host of a vault whose name leads to the metadata service.</summary>
    public const string Metadata = "metadata.vault.test";

    /// <inheritdoc />
    public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        if (host == Metadata) return new([IPAddress.Parse("169.254.169.254")]);
        if (host.EndsWith(".test", StringComparison.Ordinal)) return new([IPAddress.Loopback]);
        return IPAddress.TryParse(host, out var address) ? new([address]) : throw new InvalidOperationException($"nobody may look up {host}");
    }
}
