using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Conformance.Tests.Harness;

/// <summary>A port for a server that must know it before it starts.</summary>
internal static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
