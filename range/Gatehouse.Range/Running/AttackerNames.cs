using System.Net;
using Gatehouse.Outbound;

namespace Gatehouse.Range.Running;

/// <summary>A name service in which the names of an attacker lead where the attacker likes, and no other name leads away from this machine.</summary>
internal sealed class AttackerNames : INameResolver
{
    /// <summary>A name that leads to this machine.</summary>
    public const string Loopback = "client.mallory.example";

    /// <summary>A name that leads to the address of no machine, by which several systems reach themselves.</summary>
    public const string Unspecified = "other.mallory.example";

    public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) => ValueTask.FromResult<IPAddress[]>(
        host == Unspecified ? [IPAddress.Any] : IPAddress.TryParse(host, out var address) ? [address] : [IPAddress.Loopback]);
}
