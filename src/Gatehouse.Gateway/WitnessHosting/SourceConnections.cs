using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Gatehouse.Gateway.WitnessHosting;

/// <summary>
/// Open connections of each source, an IPv4 address or a block of 64 bits of IPv6. Safe for concurrent use. Loopback is not counted: a proxy that
/// ends TLS connects from there for all others.
/// </summary>
/// <remarks>The threat: one machine opens every connection that a witness has, and no log is cosigned meanwhile (CWE-770).</remarks>
internal sealed class SourceConnections
{
    /// <summary>The most connections of a source at one time.</summary>
    public const int MostOfASource = 32;

    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, int> open = []; // at most as many as the listener has connections

    /// <summary>Serves a connection that finds a place, and closes any other.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        if (!TryTake(address))
        {
            connection.Abort();
            return;
        }

        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Return(address);
        }
    }

    /// <summary>Counts a connection. False where its source has its part.</summary>
    public bool TryTake(IPAddress? address)
    {
        if (!IsCounted(address)) return true;
        var key = SourceRates.KeyOf(address!);
        lock (gate)
        {
            var count = open.GetValueOrDefault(key);
            if (count == MostOfASource) return false;
            open[key] = count + 1;
            return true;
        }
    }

    /// <summary>Gives the place of a connection back.</summary>
    public void Return(IPAddress? address)
    {
        if (!IsCounted(address)) return;
        var key = SourceRates.KeyOf(address!);
        lock (gate)
        {
            if (open[key] == 1) open.Remove(key);
            else open[key]--;
        }
    }

    private static bool IsCounted(IPAddress? address) => address is not null && !IPAddress.IsLoopback(address);
}
