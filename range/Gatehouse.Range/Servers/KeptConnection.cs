using System.Net.Sockets;

namespace Gatehouse.Range.Servers;

/// <summary>
/// A connection to a server that is kept for the next request, as a small HTTP client keeps it: what is received next is the answer to what was sent
/// last.
/// </summary>
internal sealed class KeptConnection(Uri target) : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1);
    private NaiveHttpStream? open;

    public async Task<NaiveHttpMessage> SendAsync(string verb, byte[] body)
    {
        await gate.WaitAsync().ConfigureAwait(false);
        try
        {
            open ??= await OpenAsync().ConfigureAwait(false);
            await open.WriteAsync($"{verb} {target.AbsolutePath} HTTP/1.1\r\nHost: {target.Authority}", body).ConfigureAwait(false);
            return await open.ReadAsync().ConfigureAwait(false) ?? throw new IOException("the server closed the connection");
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (open is not null) await open.DisposeAsync().ConfigureAwait(false);
        gate.Dispose();
    }

    private async Task<NaiveHttpStream> OpenAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(target.Host, target.Port).ConfigureAwait(false);
        return new NaiveHttpStream(new NetworkStream(socket, ownsSocket: true));
    }
}
