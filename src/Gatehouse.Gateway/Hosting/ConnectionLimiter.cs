using System.Globalization;
using System.Net;
using Gatehouse.Diagnostics;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Records;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Connections, counted by the address block that they come from. Nothing but the address of a connection is known, so its block is the party whose
/// part it uses. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The threat: one machine opens every connection that the listener has, sends nothing or a head that never ends, and no other client is let in
/// (CWE-770, CWE-400). Behind proxies that end TLS all connections are the proxies', which are named, and no part is counted.
/// </remarks>
/// <param name="sourceOf">Returns the party that a connection from an address belongs to.</param>
/// <param name="mostOfEach">Returns the most connections of one address block.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Receives events for the operator.</param>
internal sealed class ConnectionLimiter(Func<IPAddress?, CallerPartition> sourceOf, Func<long> mostOfEach, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    /// <summary>Counts the connections of the listener of MCP.</summary>
    /// <param name="settings">The settings in force.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Receives events for the operator.</param>
    public ConnectionLimiter(Func<GatewaySettings> settings, TimeProvider time, ILogger log)
        : this(address => PeerPartition.PartitionOf(settings(), address), () => settings().Limits.ConnectionsOfAnAddress, time, log)
    {
    }

    private readonly PartitionedBudget open = new();
    private long refused;
    private long saidAt = long.MinValue;

    /// <summary>Connections open now.</summary>
    public long Open => open.Used;

    /// <summary>Connections closed immediately because their address block had its part.</summary>
    public long Refused => Interlocked.Read(ref refused);

    /// <summary>Serves a connection that finds a place, and closes any other.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="next">The handler of the connection.</param>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var peer = sourceOf((connection.RemoteEndPoint as IPEndPoint)?.Address);
        var each = peer == CallerPartition.Unknown ? long.MaxValue : mostOfEach();
        if (open.TryTake(peer, 1, long.MaxValue, each) != PartitionedVerdict.Taken) // the bound of all is the listener's own
        {
            Interlocked.Increment(ref refused);
            connection.Abort();
            Report(peer, each);
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

    private void Report(CallerPartition peer, long each)
    {
        var last = Interlocked.Read(ref saidAt);
        var now = time.GetTimestamp();
        if ((last != long.MinValue && time.GetElapsedTime(last, now) < Quiet) || Interlocked.CompareExchange(ref saidAt, now, last) != last) return;
        log.Write(OperatorEvents.ConnectionsClosed, LogValue.Id(peer.ToString()), each, Refused);
    }
}
