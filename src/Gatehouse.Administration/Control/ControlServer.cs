using System.Net.Sockets;
using System.Text.Json;
using Gatehouse.Ipc;

namespace Gatehouse.Administration.Control;

/// <summary>
/// The control socket: 0600 in the state folder, one line of JSON each way. The peer's system account is taken from the
/// socket; another account than ours (or root) is refused even if the file's mode was changed (design rule 12).
/// </summary>
public sealed class ControlServer : IAsyncDisposable
{
    private const int MaxConnections = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly int maxRequestBytes;
    private readonly ControlHandler handler;
    private readonly Socket listener;
    private readonly SocketAcceptor acceptor;
    private readonly string path;
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim connections = new(MaxConnections, MaxConnections);
    private readonly Task accepting;

    /// <summary>Opens the socket.</summary>
    /// <exception cref="IOException">Another gateway serves this state folder.</exception>
    /// <param name="path">The path of the socket.</param>
    /// <param name="handler">The handler that judges peers and carries out their requests.</param>
    /// <param name="maxRequestBytes">The longest request.</param>
    /// <param name="fault">Receives the first of the faults that keep it from accepting a connection; null for nowhere.</param>
    public ControlServer(string path, ControlHandler handler, int maxRequestBytes = 32 << 10, Action<SocketException>? fault = null)
    {
        this.maxRequestBytes = maxRequestBytes;
        this.path = path;
        this.handler = handler;
        _ = PeerAccount.OwnUserId(); // read before descriptors can be short
        RemoveStale(path);
#pragma warning disable RS0030 // A socket of this machine, in a folder of this account.
        listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
#pragma warning restore RS0030
        listener.Bind(new UnixDomainSocketEndPoint(path)); // the folder is 0700, so no other account gets between bind and chmod
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        listener.Listen(MaxConnections);
        acceptor = new SocketAcceptor(listener.AcceptAsync, fault);
        accepting = AcceptAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        listener.Dispose();
        await accepting.ConfigureAwait(false);
        File.Delete(path);
        stopping.Dispose();
        connections.Dispose();
    }

    private static void RemoveStale(string path)
    {
        if (!File.Exists(path)) return;
        try
        {
#pragma warning disable RS0030 // A socket of this machine, in a folder of this account.
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
#pragma warning restore RS0030
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            File.Delete(path); // left by a gateway that was killed
            return;
        }

        throw new IOException($"another gateway is running with this state folder ({path}); stop it or give another state folder");
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await connections.WaitAsync(stopping.Token).ConfigureAwait(false);
                _ = ServeAsync(await acceptor.AcceptAsync(stopping.Token).ConfigureAwait(false));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The server ends.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
            limit.CancelAfter(Patience);
            var stream = new NetworkStream(socket, ownsSocket: true);
            await using (stream.ConfigureAwait(false))
            {
                var reply = await AnswerAsync(socket, stream, limit.Token).ConfigureAwait(false);
                var bytes = JsonSerializer.SerializeToUtf8Bytes(reply, ControlJson.Default.ControlReply);
                await stream.WriteAsync((byte[])[.. bytes, (byte)'\n'], CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // The other end has gone.
        }
        finally
        {
            if (!stopping.IsCancellationRequested) connections.Release();
        }
    }

    private async Task<ControlReply> AnswerAsync(Socket socket, NetworkStream stream, CancellationToken cancellation)
    {
        var peer = PeerAccount.Of(socket);
        // ID-08: an attempt is an event, also one that the socket's mode should have kept out.
        if (handler.Admit(peer) is { } refusal) return refusal;
        var line = await ReadLineAsync(stream, cancellation).ConfigureAwait(false);
        return await handler.HandleAsync(line, peer).ConfigureAwait(false);
    }

    private async Task<byte[]> ReadLineAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var buffer = new byte[maxRequestBytes];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false);
            if (read == 0) break;
            length += read;
            if (buffer[length - 1] == '\n') break;
        }

        return buffer[..length];
    }
}
