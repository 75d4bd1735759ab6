using System.Net.Sockets;
using System.Text.Json;
using Gatehouse.Link;

namespace Gatehouse.Gateway.Control;

/// <summary>
/// The control socket: 0600 in the state folder, one line of JSON each way. The peer's system account is taken from the
/// socket; another account than ours (or root) is refused even if the file's mode was changed (design rule 12).
/// </summary>
public sealed class ControlServer : IAsyncDisposable
{
    private const int MaxConnections = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly int maxRequestBytes;
    private readonly Func<ControlRequest, PeerAccount, Task<ControlReply>> handle;
    private readonly Action<PeerAccount?>? refused;
    private readonly Socket listener;
    private readonly string path;
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim connections = new(MaxConnections, MaxConnections);
    private readonly Task accepting;

    /// <summary>Opens the socket.</summary>
    /// <exception cref="IOException">Another gateway serves this state folder.</exception>
    /// <param name="path">Where.</param>
    /// <param name="handle">Carries out a request.</param>
    /// <param name="refused">Told of a peer of another account; of null where the system does not say which.</param>
    /// <param name="maxRequestBytes">The longest request.</param>
    public ControlServer(string path, Func<ControlRequest, PeerAccount, Task<ControlReply>> handle, Action<PeerAccount?>? refused = null, int maxRequestBytes = 32 << 10)
    {
        this.refused = refused;
        this.maxRequestBytes = maxRequestBytes;
        this.path = path;
        this.handle = handle;
        RemoveStale(path);
        listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path)); // the folder is 0700, so nobody gets between bind and chmod
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        listener.Listen(MaxConnections);
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
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
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
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await connections.WaitAsync(stopping.Token).ConfigureAwait(false);
                var socket = await listener.AcceptAsync(stopping.Token).ConfigureAwait(false);
                _ = ServeAsync(socket);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
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
                var bytes = JsonSerializer.SerializeToUtf8Bytes(reply);
                await stream.WriteAsync((byte[])[.. bytes, (byte)'\n'], CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // Whoever asked has gone.
        }
        finally
        {
            if (!stopping.IsCancellationRequested) connections.Release();
        }
    }

    private async Task<ControlReply> AnswerAsync(Socket socket, NetworkStream stream, CancellationToken cancellation)
    {
        var peer = PeerAccount.Of(socket);
        if (peer is not { MayControl: true })
        {
            refused?.Invoke(peer); // ID-08: an attempt is an event, also one that the socket's mode should have kept out
            return ControlReply.Refuse("this account may not control the gateway", "run the command as the account that runs the gateway");
        }

        var line = await ReadLineAsync(stream, cancellation).ConfigureAwait(false);
        try
        {
            var request = JsonSerializer.Deserialize<ControlRequest>(line);
            if (request is not { Version: 1 }) return ControlReply.Refuse("unknown version of the control format", "use the gatehouse command of the same release");
            return await handle(request, peer).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            return ControlReply.Refuse("the request is not understood", "use the gatehouse command of the same release");
        }
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
