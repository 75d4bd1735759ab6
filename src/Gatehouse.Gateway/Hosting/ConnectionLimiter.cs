using System.Globalization;
using System.Net;
using Gatehouse.Diagnostics;
using Gatehouse.Gateway.Transport;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Records;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Connections, counted by the address block that they come from. Nothing but the address of a connection is known, so its block is the party whose
/// part it uses. Where the part is used, a new one takes the place of the one that was silent longest and has carried no accepted token. Safe for
/// concurrent use.
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

    private readonly Lock gate = new();
    private readonly Dictionary<CallerPartition, HashSet<ConnectionPlace>> places = [];
    private long open;
    private long refused;
    private long saidAt = long.MinValue;

    /// <summary>Connections open now.</summary>
    public long Open => Interlocked.Read(ref open);

    /// <summary>Connections closed because their address block had its part: those that lost their place, and those that found none.</summary>
    public long Refused => Interlocked.Read(ref refused);

    /// <summary>Serves a connection that finds a place, and closes any other.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="next">The handler of the connection.</param>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var peer = sourceOf((connection.RemoteEndPoint as IPEndPoint)?.Address);
        var each = peer == CallerPartition.Unknown ? long.MaxValue : mostOfEach(); // the bound of all is the listener's own
        var place = new ConnectionPlace(connection, peer, time, gate);
        var closed = Enter(place, each);
        if (closed.Count > 0)
        {
            Interlocked.Add(ref refused, closed.Count);
            foreach (var one in closed) one.Close();
            Report(peer, each);
            if (closed.Contains(place)) return;
        }

        connection.Features.Set(place);
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Leave(place);
        }
    }

    // Threat: the silent connections of one client keep out every other behind the same address. The longest silent ones go first, and none goes that
    // has shown who it is. Returns those to close: the new one where the others may stay.
    private List<ConnectionPlace> Enter(ConnectionPlace place, long each)
    {
        lock (gate)
        {
            if (!places.TryGetValue(place.Peer, out var all)) places[place.Peer] = all = [];
            var over = all.Count + 1 - each; // more than one after a reload with a lower number
            List<ConnectionPlace> closed = over <= 0
                ? [] : [.. all.Where(static one => !one.IsAccepted).OrderBy(static one => one.HeardAt).Take((int)over)];
            if (closed.Count < over) return [place];
            foreach (var one in closed) all.Remove(one);
            all.Add(place);
            Interlocked.Add(ref open, 1 - closed.Count);
            return closed;
        }
    }

    private void Leave(ConnectionPlace place)
    {
        lock (gate)
        {
            if (!places.TryGetValue(place.Peer, out var all) || !all.Remove(place)) return; // another one has it
            Interlocked.Decrement(ref open);
            if (all.Count == 0) places.Remove(place.Peer);
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
