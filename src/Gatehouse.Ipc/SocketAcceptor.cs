using System.Net.Sockets;

namespace Gatehouse.Ipc;

/// <summary>Accepts connections of a local socket. An attempt that fails is repeated, so that a shortage does not end the service.</summary>
/// <remarks>
/// The threat: callers take all descriptors of the process for a moment. A socket that then gave up would answer no more until the next start: an
/// operator could contain no caller over the control socket, and the host of an account would end with all of its servers (CWE-400, CWE-775).
/// Every fault is repeated: the listening socket of a path in a private folder has no cause to break, and an unknown cause may be a shortage too.
/// </remarks>
/// <param name="accept">Waits for the next connection of the socket.</param>
/// <param name="fault">Receives the first of the faults before each connection; null for nowhere. May fail.</param>
/// <param name="time">The clock of the pauses; null for that of the system.</param>
public sealed class SocketAcceptor(
    Func<CancellationToken, ValueTask<Socket>> accept, Action<SocketException>? fault = null, TimeProvider? time = null)
{
    /// <summary>The pause before an attempt is repeated.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for the next connection.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public async ValueTask<Socket> AcceptAsync(CancellationToken cancellation)
    {
        SocketException? first = null;
        var isReported = false;
        while (true)
        {
            try
            {
                var accepted = await accept(cancellation).ConfigureAwait(false);
                if (first is not null && !isReported) TryReport(first);
                return accepted;
            }
            catch (SocketException e)
            {
                first ??= e;
                isReported = isReported || TryReport(first);
                await Task.Delay(Pause, time ?? TimeProvider.System, cancellation).ConfigureAwait(false);
            }
        }
    }

    // A report may need a descriptor itself, as for the code that writes it. It is tried again after the next fault, and when there is none any more.
    private bool TryReport(SocketException e)
    {
        try
        {
            fault?.Invoke(e);
            return true;
        }
#pragma warning disable CA1031 // The next connection is accepted, whatever the report met.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }
}
