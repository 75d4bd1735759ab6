namespace Gatehouse.Outbound.Http1;

/// <summary>The idle connections to one server. The one that was used last is used next, so that those which are not needed become old.</summary>
internal sealed class ConnectionPool : IDisposable
{
    /// <summary>The most idle connections to a server.</summary>
    public const int MostIdle = 1024;

    // As long as the platform's handler keeps them here. Names and certificates are judged again then.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(15);

    // A request that leaves at the last moment of a connection meets its end at the server.
    private static readonly TimeSpan KeepAliveReserve = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private Http1Connection[] idle = new Http1Connection[8];
    private int count;
    private bool isSweeping;
    private bool isClosed;

    public ConnectionPool(TimeProvider time)
    {
        this.time = time;
        timer = time.CreateTimer(_ => _ = SweepAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The idle connections. For tests.</summary>
    public int IdleCount
    {
        get
        {
            lock (gate) return count;
        }
    }

    /// <summary>Takes a connection that can be used, and begins to read from it; null where there is none.</summary>
    /// <param name="cancellation">Ends the exchange that it is taken for.</param>
    public Http1Connection? Take(CancellationToken cancellation)
    {
        while (Pop() is { } connection)
        {
            if (!IsOld(connection) && connection.TryBegin(cancellation)) return connection;
            connection.Dispose();
            cancellation.ThrowIfCancellationRequested(); // a read that is cancelled says nothing about the others
        }

        return null;
    }

    /// <summary>Takes a connection back whose answer was read to its end. One that cannot be used again is closed.</summary>
    public void Return(Http1Connection connection)
    {
        // Threat: bytes behind the answer would be the answer to the next request (CWE-444).
        var isUsable = connection is { IsReusable: true, HasUnreadBytes: false };
        connection.ReturnBuffer();
        if (!isUsable || !TryPush(connection)) connection.Dispose();
    }

    public void Dispose()
    {
        lock (gate) isClosed = true;
        timer.Dispose();
        while (Pop() is { } connection) connection.Dispose();
    }

    private Http1Connection? Pop()
    {
        lock (gate)
        {
            if (count == 0) return null;
            var last = idle[--count];
            idle[count] = null!;
            return last;
        }
    }

    private bool TryPush(Http1Connection connection)
    {
        connection.IdleSince = time.GetTimestamp();
        lock (gate)
        {
            if (isClosed || count == MostIdle) return false;
            if (count == idle.Length) Array.Resize(ref idle, 2 * count);
            idle[count++] = connection;
            if (isSweeping) return true;
            isSweeping = true;
            timer.Change(SweepEvery, SweepEvery);
            return true;
        }
    }

    private bool IsOld(Http1Connection connection)
    {
        var keep = connection.KeepAlive is { } kept && kept - KeepAliveReserve < IdleTime ? kept - KeepAliveReserve : IdleTime;
        return time.GetElapsedTime(connection.IdleSince) >= keep || time.GetElapsedTime(connection.OpenedAt) >= Lifetime;
    }

    private async Task SweepAsync()
    {
        foreach (var old in TakeOld()) await old.CloseAsync().ConfigureAwait(false);
    }

    // Without idle connections there is nothing to wake for.
    private List<Http1Connection> TakeOld()
    {
        List<Http1Connection> old = [];
        lock (gate)
        {
            var kept = 0;
            for (var i = 0; i < count; i++)
            {
                if (IsOld(idle[i])) old.Add(idle[i]);
                else idle[kept++] = idle[i];
            }

            Array.Clear(idle, kept, count - kept);
            count = kept;
            if (count == 0)
            {
                isSweeping = false;
                timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        return old;
    }
}
