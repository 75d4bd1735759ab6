using System.Net.Sockets;

namespace Gatehouse.Gateway.WitnessHosting;

/// <summary>A witness cannot listen on its address.</summary>
/// <param name="address">The address.</param>
/// <param name="fault">The fault of the system.</param>
public sealed class WitnessAddressException(Uri address, Exception fault)
    : Exception($"the witness cannot listen on {address}: {Reason(fault)}", fault)
{
    private static string Reason(Exception fault) => Socket(fault)?.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "another process listens on this port",
        SocketError.AddressNotAvailable => "this machine does not have the address",
        SocketError.AccessDenied => "this account may not use the port",
        _ => fault.Message,
    };

    // Kestrel wraps the fault of the socket once or twice.
    private static SocketException? Socket(Exception? fault) => fault switch
    {
        null => null,
        SocketException socket => socket,
        _ => Socket(fault.InnerException),
    };
}
