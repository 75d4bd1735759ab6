using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Range.Running;

/// <summary>A service inside, which strangers cannot reach: it counts the connections that arrive.</summary>
internal sealed class Doorbell : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private int rings;

    private Doorbell() => listener.Start();

    /// <summary>The port.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The connections that arrived.</summary>
    public int Rings => Volatile.Read(ref rings);

    /// <summary>Starts the service.</summary>
    public static Doorbell Start(RangeFixture fixture)
    {
        var doorbell = fixture.Own(new Doorbell());
        _ = doorbell.AcceptAsync();
        return doorbell;
    }

    public ValueTask DisposeAsync()
    {
        listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync().ConfigureAwait(false);
                Interlocked.Increment(ref rings);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The exercise is over.
        }
    }
}
