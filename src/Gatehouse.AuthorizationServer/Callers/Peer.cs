using Gatehouse.Identity.Partitions;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.Callers;

/// <summary>The stranger behind a request.</summary>
/// <param name="Partition">The address block whose share of rates and bounds is used.</param>
/// <param name="Digest">Digest of that block, 32 bytes, for rows of the store.</param>
internal readonly record struct Peer(CallerPartition Partition, ReadOnlyMemory<byte> Digest)
{
    private static readonly object Key = new();

    /// <summary>Sets the stranger behind a request, for code that only records a fault.</summary>
    public static void Set(HttpContext context, Peer peer) => context.Items[Key] = peer;

    /// <summary>The stranger behind a request; the default where none was set.</summary>
    public static Peer Of(HttpContext context) => context.Items.TryGetValue(Key, out var peer) && peer is Peer known ? known : default;
}
