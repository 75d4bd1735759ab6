using System.Globalization;
using System.Net;
using Gatehouse.Diagnostics;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Records;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Connections, counted by the address block that they come from. Nothing but the address of a connection is known, so its block is the party whose
/// part it uses. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The threat: one machine opens every connection that the listener has, sends nothing or a head that never ends, and no other client is let in
/// (CWE-770, CWE-400). Behind proxies that end TLS all connections are the proxies', which are named, and no part is counted.
/// Callers with tokens may share the address of that machine: of the connections of a block that has its part, the oldest without a request whose
/// token was accepted makes room for the next.
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

    private static readonly object Key = new();

    private readonly PartitionedBudget open = new();
    private readonly Lock gate = new();
    private readonly Dictionary<CallerPartition, LinkedList<Place>> unknown = []; // without an accepted token, the oldest first
    private long refused;
    private long saidAt = long.MinValue;

    /// <summary>Connections open now.</summary>
    public long Open => open.Used;

    /// <summary>Connections closed because their address block had its part.</summary>
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
            var oldest = TakeOver(peer);
            Interlocked.Increment(ref refused);
            (oldest ?? connection).Abort();
            Report(peer, each);
            if (oldest is null) return;
        }

        var place = Enter(peer, connection);
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            if (Leave(place)) open.Return(peer, 1);
        }
    }

    /// <summary>Records that the token of a request was accepted: its connection makes room for no other.</summary>
    public static void Accept(HttpContext context)
    {
        if (context.Features.Get<IConnectionItemsFeature>()?.Items is { } items && items.TryGetValue(Key, out var found) && found is Place place)
            place.Limiter.Leave(place, isOver: false);
    }

    // The place of the connection goes to the next one, and is not free in between.
    private ConnectionContext? TakeOver(CallerPartition peer)
    {
        lock (gate)
        {
            if (!unknown.TryGetValue(peer, out var places) || places.First is not { } oldest) return null;
            Remove(oldest.Value);
            oldest.Value.IsTaken = true;
            return oldest.Value.Connection;
        }
    }

    private Place Enter(CallerPartition peer, ConnectionContext connection)
    {
        var place = new Place(this, peer, connection);
        connection.Items[Key] = place;
        lock (gate)
        {
            if (!unknown.TryGetValue(peer, out var places)) unknown[peer] = places = new LinkedList<Place>();
            place.Node = places.AddLast(place);
        }

        return place;
    }

    // False where another connection has the place.
    private bool Leave(Place place, bool isOver = true)
    {
        lock (gate)
        {
            if (place.Node is not null) Remove(place);
            return isOver && !place.IsTaken;
        }
    }

    private void Remove(Place place)
    {
        var places = unknown[place.Peer];
        places.Remove(place.Node!);
        place.Node = null;
        if (places.Count == 0) unknown.Remove(place.Peer);
    }

    private void Report(CallerPartition peer, long each)
    {
        var last = Interlocked.Read(ref saidAt);
        var now = time.GetTimestamp();
        if ((last != long.MinValue && time.GetElapsedTime(last, now) < Quiet) || Interlocked.CompareExchange(ref saidAt, now, last) != last) return;
        log.Write(OperatorEvents.ConnectionsClosed, LogValue.Id(peer.ToString()), each, Refused);
    }

    private sealed class Place(ConnectionLimiter limiter, CallerPartition peer, ConnectionContext connection)
    {
        public ConnectionLimiter Limiter => limiter;

        public CallerPartition Peer => peer;

        public ConnectionContext Connection => connection;

        /// <summary>Its place among those that can make room; null for one that cannot.</summary>
        public LinkedListNode<Place>? Node { get; set; }

        /// <summary>True once another connection has its place.</summary>
        public bool IsTaken { get; set; }
    }
}
