using System.Net.Sockets;
using Gatehouse.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The reports of local sockets that could not accept a connection.</summary>
internal static class LocalSocketFaults
{
    /// <summary>Returns a receiver of faults that writes an event for each.</summary>
    /// <param name="log">The log; asked for with each fault, since the owner of the socket may open it later.</param>
    /// <param name="socket">The name of the socket in the event.</param>
    public static Action<SocketException> To(Func<ILogger> log, string socket) =>
        fault => log().Write(OperatorEvents.ConnectionNotAccepted, LogValue.Code(socket), LogValue.Cause(fault));
}
