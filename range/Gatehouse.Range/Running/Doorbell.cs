using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Range.Running;

/// <summary>A service inside, which strangers cannot reach: it counts the connections that arrive, except those of a scan of the machine.</summary>
internal sealed class Doorbell : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2); // for the head of a request

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

    // A connection counts from its beginning. The question of a scan of the machine (ScanProbes) is no part of the exercise, and is taken back.
    private async Task TakeAsync(TcpClient client)
    {
        using (client)
        {
            Interlocked.Increment(ref rings);
            if (await IsScanAsync(client.GetStream()).ConfigureAwait(false)) Interlocked.Decrement(ref rings);
        }
    }

    private static async Task<bool> IsScanAsync(NetworkStream stream)
    {
        var head = new byte[2048];
        var count = 0;
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            while (count < head.Length && head.AsSpan(0, count).IndexOf("\r\n\r\n"u8) < 0)
            {
                var read = await stream.ReadAsync(head.AsMemory(count), limit.Token).ConfigureAwait(false);
                if (read == 0) break;
                count += read;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // It said nothing more.
        }

        var text = head.AsSpan(0, count);
        return text.StartsWith("POST "u8) && text.IndexOf("Mcp-Method: server/discover"u8) >= 0 && text.IndexOf(".mallory.example"u8) < 0;
    }
}
