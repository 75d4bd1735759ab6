using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Range.Running;

/// <summary>A service inside, which strangers cannot reach: it counts the connections that arrive.</summary>
internal sealed class Doorbell : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2); // for the first word

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
            while (true) _ = TakeAsync(await listener.AcceptTcpClientAsync().ConfigureAwait(false));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The exercise is over.
        }
    }

    // A scan of the machine (ScanProbes) sends a POST. Whoever fetches what an address names sends none, and is counted before it is hung up on.
    private async Task TakeAsync(TcpClient client)
    {
        using (client)
        {
            var isScan = false;
            try
            {
                var first = new byte[4];
                using var limit = new CancellationTokenSource(Patience);
                await client.GetStream().ReadExactlyAsync(first, limit.Token).ConfigureAwait(false);
                isScan = first.AsSpan().SequenceEqual("POST"u8);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // It connected and said nothing.
            }

            if (!isScan) Interlocked.Increment(ref rings);
        }
    }
}
