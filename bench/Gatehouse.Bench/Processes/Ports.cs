using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Bench.Processes;

/// <summary>Free ports on loopback.</summary>
internal static class Ports
{
    public static int Free()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Returns when something listens.</summary>
    public static async Task OpenAsync(int port, ChildProcess process)
    {
        for (var attempt = 0; attempt < 3000; attempt++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port).ConfigureAwait(false);
                return;
            }
            catch (SocketException)
            {
                if (process.HasExited) throw new InvalidOperationException($"{process.Name} ended: {process.Output}");
                await Task.Delay(5).ConfigureAwait(false);
            }
        }

        throw new TimeoutException($"{process.Name} does not listen: {process.Output}");
    }
}
