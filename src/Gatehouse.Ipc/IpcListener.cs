using System.IO.Pipes;
using System.Net.Sockets;

namespace Gatehouse.Ipc;

/// <summary>
/// The host's end: a socket 0600 in a folder 0700, on Windows a pipe only for the current user (design rule 12, G12). The account at the other end is
/// also asked of the system.
/// </summary>
public sealed class IpcListener : IAsyncDisposable
{
    private const int Backlog = 64;

    private readonly string path;
    private readonly Socket? socket;
    private readonly SocketAcceptor? acceptor;

    /// <summary>Opens the listener. The caller holds the host's lock, so a socket at the path was left by a host that was killed.</summary>
    /// <param name="places">The folders of the account.</param>
    /// <param name="fault">Receives the first of the faults that keep it from accepting a connection; null for nowhere.</param>
    /// <exception cref="IOException">The folder is open to others.</exception>
    public IpcListener(RuntimePaths places, Action<SocketException>? fault = null)
    {
        ArgumentNullException.ThrowIfNull(places);
        path = places.Socket;
        _ = PeerAccount.OwnUserId(); // read before descriptors can be short
        if (OperatingSystem.IsWindows()) return;
        RuntimePaths.MakePrivate(places.Runtime);
        File.Delete(path);
#pragma warning disable RS0030 // A socket of this machine, in a folder of this account.
        socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
#pragma warning restore RS0030
        socket.Bind(new UnixDomainSocketEndPoint(path)); // the folder is 0700, so no other account gets between bind and chmod
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        socket.Listen(Backlog);
        acceptor = new SocketAcceptor(socket.AcceptAsync, fault);
    }

    /// <summary>Waits for the next connection of this account. Others are closed without a word.</summary>
    /// <param name="refused">Takes the account of each that was closed; null where the system did not name it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The listener is closing.</exception>
    public async ValueTask<IpcConnection> AcceptAsync(Action<PeerAccount?> refused, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(refused);
        if (acceptor is null) return await AcceptPipeAsync(cancellation).ConfigureAwait(false);
        while (true)
        {
            var accepted = await acceptor.AcceptAsync(cancellation).ConfigureAwait(false);
            var peer = PeerAccount.Of(accepted); // asked before the socket is closed
            if (IpcConnection.Own(accepted) is { } connection) return connection;
            refused(peer);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        socket?.Dispose();
        if (socket is not null) File.Delete(path);
        return ValueTask.CompletedTask;
    }

    private static async ValueTask<IpcConnection> AcceptPipeAsync(CancellationToken cancellation)
    {
        var pipe = new NamedPipeServerStream(
            RuntimePaths.PipeName, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances, PipeTransmissionMode.Byte,
            PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        try
        {
            await pipe.WaitForConnectionAsync(cancellation).ConfigureAwait(false);
            return IpcConnection.OfPipe(pipe);
        }
        catch
        {
            await pipe.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
