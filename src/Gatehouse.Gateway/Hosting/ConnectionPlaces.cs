using System.Net;
using Gatehouse.Identity;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Pipeline.Stages;
using Microsoft.AspNetCore.Connections;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Connections by the address block they come from. Of a connection nothing but the address is known, so that is whose part it uses.
/// Safe for concurrent use.
/// </summary>
/// <remarks>
/// The threat: one machine opens every connection that the listener has, sends nothing or a head that never ends, and nobody else is let
/// in (CWE-770, CWE-400). Behind proxies that end TLS all connections are the proxies', which are named, and no part is counted.
/// </remarks>
/// <param name="settings">The settings in force.</param>
internal sealed class ConnectionPlaces(Func<GatewaySettings> settings)
{
    private readonly PartitionedBudget open = new();
    private long refused;

    /// <summary>Connections open now.</summary>
    public long Open => open.Used;

    /// <summary>Connections closed at once because their address block had its part.</summary>
    public long Refused => Interlocked.Read(ref refused);

    /// <summary>Serves a connection that finds a place; closes another.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="next">What serves it.</param>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var now = settings();
        var peer = Peers.PartitionOf(now, (connection.RemoteEndPoint as IPEndPoint)?.Address);
        var each = peer == CallerPartition.Unknown ? long.MaxValue : now.Limits.ConnectionsOfAnAddress;
        if (open.TryTake(peer, 1, long.MaxValue, each) != PartitionedVerdict.Taken) // the bound of all is the listener's own
        {
            Interlocked.Increment(ref refused);
            connection.Abort();
            return;
        }

        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            open.Return(peer, 1);
        }
    }
}
