using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Gatehouse.Testing;

/// <summary>
/// Ports for servers that must know theirs before they start. They lie below those that systems give to outgoing connections, so that
/// none of these takes one between the choice and the start, and no process of a test run hands out one twice.
/// </summary>
public static class LoopbackPorts
{
    private const int First = 12_000;
    private const int Count = 19_000;

    // Processes of one run begin far apart.
    private static int next = RandomNumberGenerator.GetInt32(Count);

    /// <summary>A port that is free now.</summary>
    /// <exception cref="InvalidOperationException">None is free.</exception>
    public static int Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref next) % Count);
            if (IsFree(port)) return port;
        }

        throw new InvalidOperationException("no port of this machine is free");
    }

    private static bool IsFree(int port)
    {
#pragma warning disable RS0030 // It asks whether a port is free, and connects to nothing.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
#pragma warning restore RS0030
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
