using System.Net.Sockets;

namespace Gatehouse.Outbound;

/// <summary>Keep-alive probes of TCP (RFC 9293 §3.8.4), which find a peer that vanished without a word.</summary>
/// <remarks>
/// Threat: the machine of a peer is switched off, or a firewall forgets the connection. An event stream on which nothing is written has no deadline:
/// it would keep its place among the streams of its caller until its token expires (CWE-772).
/// </remarks>
internal static class KeepAliveProbes
{
    /// <summary>Sets the probes of a connection, or of a listener for the connections that it accepts.</summary>
    public static void Set(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60); // s
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 15); // s
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 4);
    }
}
