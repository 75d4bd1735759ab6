using System.Net;
using System.Net.Sockets;
using Gatehouse.Testing;

namespace Gatehouse.Bench.Processes;

/// <summary>Free ports on loopback.</summary>
internal static class Ports
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>A port that is free now, and that no outgoing connection takes before a process listens there.</summary>
    public static int Free() => LoopbackPorts.Next();

    /// <summary>Returns when something listens.</summary>
    public static async Task OpenAsync(int port, ChildProcess process)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Patience)
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
