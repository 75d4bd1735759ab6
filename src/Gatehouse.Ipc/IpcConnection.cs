using System.IO.Pipes;
using System.Net.Sockets;

namespace Gatehouse.Ipc;

/// <summary>A connection between a wrapper and the host, whose other end is known to belong to this account.</summary>
public sealed class IpcConnection : IAsyncDisposable
{
    private readonly Stream stream;
    private int disposed;

    internal IpcConnection(Stream stream, PeerAccount peer)
    {
        this.stream = stream;
        Peer = peer;
        Reader = new FrameReader(stream);
        Writer = new FrameWriter(stream);
    }

    /// <summary>The account at the other end.</summary>
    public PeerAccount Peer { get; }

    /// <summary>The frames from the other end.</summary>
    public FrameReader Reader { get; }

    /// <summary>The frames to the other end.</summary>
    public FrameWriter Writer { get; }

    /// <summary>Connects to the host of this account.</summary>
    /// <returns>Null when none listens.</returns>
    /// <exception cref="IOException">Another account listens there, or this process has no descriptor left for a socket.</exception>
    public static async ValueTask<IpcConnection?> TryConnectAsync(RuntimePaths places, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(places);
        if (OperatingSystem.IsWindows()) return await TryConnectPipeAsync(cancellation).ConfigureAwait(false);
        var socket = NewSocket();
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(places.Socket), cancellation).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }

        return Own(socket) ?? throw new IOException(
            $"the socket {places.Socket} belongs to another account; remove it, and find out who put it there");
    }

    /// <summary>Returns the connection on a socket whose other end this account has. For any other, it closes the socket and returns null.</summary>
    public static IpcConnection? Own(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (PeerAccount.Of(socket) is { } peer && peer.IsOwn) return new IpcConnection(new NetworkStream(socket, ownsSocket: true), peer);
        socket.Dispose();
        return null;
    }

    /// <summary>Makes the connection on the host's end of a pipe, which the system opens only for this account.</summary>
    public static IpcConnection OfPipe(Stream pipe) => new(pipe, new PeerAccount(0, null));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        await stream.DisposeAsync().ConfigureAwait(false);
    }

    private static Socket NewSocket()
    {
        try
        {
#pragma warning disable RS0030 // A socket of this machine, in a folder of this account.
            return new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
#pragma warning restore RS0030
        }
        catch (SocketException e)
        {
            throw new IOException($"no socket can be opened: {e.Message}", e);
        }
    }

    // CurrentUserOnly: the system refuses a pipe that another account made.
    private static async ValueTask<IpcConnection?> TryConnectPipeAsync(CancellationToken cancellation)
    {
        var pipe = new NamedPipeClientStream(".", RuntimePaths.PipeName, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        try
        {
            await pipe.ConnectAsync(100, cancellation).ConfigureAwait(false);
            return OfPipe(pipe);
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            await pipe.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }
}
