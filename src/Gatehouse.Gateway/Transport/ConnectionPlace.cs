using Gatehouse.Identity.Partitions;
using Microsoft.AspNetCore.Connections;

namespace Gatehouse.Gateway.Transport;

/// <summary>The place of a connection in the share of its address block. A feature of the connection, and by it of its requests.</summary>
/// <param name="connection">The connection.</param>
/// <param name="peer">The party that it belongs to.</param>
/// <param name="time">The clock.</param>
/// <param name="gate">The lock under which a place is chosen that another connection takes.</param>
internal sealed class ConnectionPlace(ConnectionContext connection, CallerPartition peer, TimeProvider time, Lock gate)
{
    private long heardAt = time.GetTimestamp();
    private volatile bool isAccepted;

    /// <summary>The party that the connection belongs to.</summary>
    public CallerPartition Peer => peer;

    /// <summary>When it was opened, or its last request began.</summary>
    public long HeardAt => Volatile.Read(ref heardAt);

    /// <summary>True once it has carried a token or a certificate that was accepted.</summary>
    public bool IsAccepted => isAccepted;

    /// <summary>Notes that a request begins.</summary>
    public void Hear() => Volatile.Write(ref heardAt, time.GetTimestamp());

    /// <summary>Notes that the caller of a request is known. From now on no connection takes the place.</summary>
    public void Accept()
    {
        if (isAccepted) return;
        lock (gate) isAccepted = true;
    }

    /// <summary>Closes the connection.</summary>
    public void Close() => connection.Abort(new ConnectionAbortedException("another connection of the address took the place"));
}
