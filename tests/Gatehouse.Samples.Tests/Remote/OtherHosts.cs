using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Samples.Tests.Remote;

/// <summary>An HTTP proxy that writes down which hosts are asked for, and connects to none.</summary>
internal sealed class OtherHosts : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> asked = new();
    private Task work = Task.CompletedTask;

    public string Address => $"http://{listener.LocalEndpoint}";

    /// <summary>The first line of each request.</summary>
    public IReadOnlyCollection<string> Asked => asked;

    public static OtherHosts Start()
    {
        var hosts = new OtherHosts();
        hosts.listener.Start();
        hosts.work = hosts.AcceptAsync();
        return hosts;
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await work;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptTcpClientAsync();
                using var reader = new StreamReader(connection.GetStream());
                asked.Enqueue(await reader.ReadLineAsync() ?? "");
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            // The listener was stopped.
        }
    }
}
