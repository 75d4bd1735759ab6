using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Bench.Load;

/// <summary>One kept connection that sends a prepared request and checks that the answer is the one to its id.</summary>
internal sealed class HttpConnection : IDisposable
{
    private const int IdDigits = 10;

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] request;
    private readonly int idOffset;
    private byte[] received = new byte[32 << 10];
    private int length;

    private HttpConnection(Target target)
    {
        request = (byte[])target.Request.Clone();
        idOffset = target.IdOffset;
    }

    public static async Task<HttpConnection> OpenAsync(Target target)
    {
        var connection = new HttpConnection(target);
        await connection.socket.ConnectAsync(IPAddress.Loopback, target.Port).ConfigureAwait(false);
        return connection;
    }

    /// <summary>Sends a call with a new id and reads its answer; false when it is not the answer.</summary>
    public async ValueTask<bool> CallAsync()
    {
        PutId();
        await socket.SendAsync(request).ConfigureAwait(false);
        return await AnswerAsync().ConfigureAwait(false);
    }

    /// <summary>Sends a call with a new id from this very thread.</summary>
    public void Send()
    {
        PutId();
        socket.Send(request);
    }

    /// <summary>Reads the answer to the last call.</summary>
    public async ValueTask<bool> AnswerAsync()
    {
        var response = await ReceiveAsync(headOnly: false).ConfigureAwait(false);
        if (response.Status != 200) return false;
        var body = received.AsSpan(response.HeadLength, length - response.HeadLength);
        var at = body.LastIndexOf("\"id\":"u8); // some servers write it last, some first
        var mine = request.AsSpan(idOffset, IdDigits);
        return (at >= 0 && body[(at + 5)..].StartsWith(mine)) || body.IndexOf(mine) >= 0;
    }

    /// <summary>Sends the request once as it stands.</summary>
    public async Task<(HttpResponse Response, string Text)> OnceAsync(bool headOnly = false)
    {
        await socket.SendAsync(request).ConfigureAwait(false);
        var response = await ReceiveAsync(headOnly).ConfigureAwait(false);
        return (response, Encoding.UTF8.GetString(received, 0, length));
    }

    public void Dispose() => socket.Dispose();

    private void PutId() => Utf8Formatter.TryFormat(Target.NextId(), request.AsSpan(idOffset), out _);

    private async ValueTask<HttpResponse> ReceiveAsync(bool headOnly)
    {
        length = 0;
        while (true)
        {
            if (length == received.Length) Array.Resize(ref received, received.Length * 2);
            var read = await socket.ReceiveAsync(received.AsMemory(length)).ConfigureAwait(false);
            if (read == 0) return default;
            length += read;
            var response = HttpResponse.Read(received.AsSpan(0, length));
            if (response.IsWhole || (headOnly && response.Status != 0)) return response;
        }
    }
}
