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

    /// <summary>A name that leads to the metadata service of the machine, which gives tokens of its identity.</summary>
    public const string Metadata = "metadata.mallory.example";

    private static readonly IPAddress MetadataService = IPAddress.Parse("169.254.169.254");

    public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) => ValueTask.FromResult<IPAddress[]>(host switch
    {
        Metadata => [MetadataService],
        Unspecified => [IPAddress.Any],
        _ => [IPAddress.TryParse(host, out var address) ? address : IPAddress.Loopback],
    });
}
