using System.Buffers;
using System.Diagnostics;
using System.Net;

namespace Gatehouse.Outbound.Http1;

/// <summary>
/// A connection to a server, for one exchange at a time: the request leaves in one write, and the answer is read into a rented buffer. Not safe for
/// concurrent use, but for <see cref="Dispose"/>.
/// </summary>
internal sealed class Http1Connection(Stream stream, TimeProvider time) : IDisposable
{
    // The first read takes the head and an ordinary answer.
    private const int FirstBuffer = 16 * 1024;

    // A server that sends interim responses without an end would hold the exchange without a byte of an answer.
    private const int MostInterim = 16;

    // Time for an answer that arrived before a write failed.
    private static readonly TimeSpan LateAnswer = TimeSpan.FromSeconds(1);

    private byte[]? buffer;
    private int start;
    private int end;
    private ValueTask<int> ahead; // the read that began before the request was sent

    /// <summary>Timestamp of its opening.</summary>
    public long OpenedAt { get; } = time.GetTimestamp();

    /// <summary>Timestamp of the end of its last exchange.</summary>
    public long IdleSince { get; set; }

    /// <summary>The time for which the server keeps it without use; null where it does not say.</summary>
    public TimeSpan? KeepAlive { get; private set; }

    /// <summary>True where it serves another request after the answer was read to its end.</summary>
    public bool IsReusable { get; private set; }

    /// <summary>True where bytes were received that no response has used.</summary>
    public bool HasUnreadBytes => start != end;

    /// <summary>
    /// Begins to read, before anything is sent. Returns false where the connection must not be used: the server has closed it, or has sent what no
    /// request asked for.
    /// </summary>
    /// <exception cref="OperationCanceledException">The exchange was cancelled.</exception>
    // Threat: bytes behind a response, or before a request, would be read as the answer to the next request (CWE-444).
    public bool TryBegin(CancellationToken cancellation)
    {
        Debug.Assert(!HasUnreadBytes, "the exchange before has left bytes");
        (buffer, start, end) = (ArrayPool<byte>.Shared.Rent(FirstBuffer), 0, 0);
        try
        {
            return SetAhead(stream.ReadAsync(buffer, cancellation));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return false; // a stream may fail without a wait
        }
    }

    /// <summary>Sends a request and reads the head of its answer.</summary>
    /// <exception cref="HttpRequestException">The server ended the connection, or its answer is invalid.</exception>
    /// <exception cref="IOException">The connection broke off.</exception>
    public async ValueTask<ResponseHead> SendAsync(Http1Request request, IReadOnlyList<string> keep, CancellationToken cancellation)
    {
        var isSent = true;
        var sending = stream.WriteAsync(request.Bytes, cancellation);
        if (sending.IsCompletedSuccessfully) await sending.ConfigureAwait(false);
        else isSent = await SendBesideAsync(sending, request, cancellation).ConfigureAwait(false);
        if (isSent) request.Dispose(); // an answer may be long in coming, and the request has a credential
        var first = ahead;
        ahead = default;
        var received = await first.ConfigureAwait(false);
        var scanned = 0;
        for (var interim = 0; ; received = await ReceiveAsync(cancellation).ConfigureAwait(false))
        {
            if (received == 0) throw new HttpRequestException(HttpRequestError.ResponseEnded, "the server closed the connection without an answer");
            end += received;
            while (ResponseHead.Read(buffer.AsSpan(start, end - start), keep, ref scanned, out var consumed) is { } head)
            {
                start += consumed;
                if (!head.IsInterim)
                {
                    (IsReusable, KeepAlive) = (isSent && head.IsPersistent, head.KeepAlive);
                    return head;
                }

                if (++interim > MostInterim) throw new Http1FormatException("interim responses");
            }
        }
    }

    /// <summary>Reads bytes of the body: those that were received with the head, or new ones.</summary>
    /// <returns>The number of bytes; 0 at the end of the connection.</returns>
    public ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken cancellation) =>
        HasUnreadBytes ? ValueTask.FromResult(CopyReceived(into.Span)) : stream.ReadAsync(into, cancellation);

    /// <summary>Copies bytes that were received already, and returns their number.</summary>
    public int CopyReceived(Span<byte> into)
    {
        var count = Math.Min(end - start, into.Length);
        buffer.AsSpan(start, count).CopyTo(into);
        start += count;
        return count;
    }

    /// <summary>
    /// Takes a line that was received already, without its end. Returns false where it is not whole. The line is valid until the next call.
    /// </summary>
    /// <exception cref="HttpIOException">It is too long, or ends without a carriage return.</exception>
    public bool TryTakeLine(int mostBytes, out ReadOnlySpan<byte> line)
    {
        var received = buffer.AsSpan(start, end - start);
        var length = received.IndexOf((byte)'\n');
        if (length > mostBytes || (length < 0 && received.Length > mostBytes))
            throw new HttpIOException(HttpRequestError.InvalidResponse, "a line between chunks is too long");
        if (length == 0 || (length > 0 && received[length - 1] != '\r'))
            throw new HttpIOException(HttpRequestError.InvalidResponse, "a line between chunks has no carriage return");
        line = length < 0 ? default : received[..(length - 1)];
        if (length >= 0) start += length + 1;
        return length >= 0;
    }

    /// <summary>Receives more bytes of the framing. Returns 0 at the end of the connection.</summary>
    public async ValueTask<int> FillAsync(CancellationToken cancellation)
    {
        var received = await ReceiveAsync(cancellation).ConfigureAwait(false);
        end += received;
        return received;
    }

    /// <summary>Waits until bytes can be read. The buffer goes back to the pool meanwhile, because a stream may be idle for hours.</summary>
    /// <returns>0, as for every read into no memory.</returns>
    public ValueTask<int> WaitAsync(CancellationToken cancellation)
    {
        if (HasUnreadBytes) return default;
        var waiting = stream.ReadAsync(Memory<byte>.Empty, cancellation);
        if (!waiting.IsCompletedSuccessfully) ReturnBuffer();
        return waiting;
    }

    /// <summary>Returns the buffer to the pool. No read is under way.</summary>
    public void ReturnBuffer()
    {
        if (buffer is not { } used) return;
        (buffer, start, end) = (null, 0, 0);
        ArrayPool<byte>.Shared.Return(used);
    }

    /// <summary>Closes an idle connection.</summary>
    public ValueTask CloseAsync() => stream.DisposeAsync();

    /// <summary>Closes the connection. A read may be under way, so the buffer is left to it.</summary>
    public void Dispose()
    {
        stream.Dispose();
        var unread = ahead;
        ahead = default;
        if (!unread.IsCompletedSuccessfully) _ = IgnoreAsync(unread.AsTask());
    }

    private bool SetAhead(ValueTask<int> reading)
    {
        ahead = reading;
        return !reading.IsCompleted;
    }

    // Beside a write that waits, the server may answer: it refuses a request before it has all of it. The write ends with the connection then.
    private async ValueTask<bool> SendBesideAsync(ValueTask sending, Http1Request request, CancellationToken cancellation)
    {
        var (sent, received) = (sending.AsTask(), ahead.AsTask());
        ahead = new ValueTask<int>(received);
        await Task.WhenAny(sent, received).ConfigureAwait(false);
        if (sent.IsCompletedSuccessfully) return true;
        if (!sent.IsCompleted) request.Abandon(); // the write still reads it
        _ = IgnoreAsync(sent);
        // A server that closes the connection may have answered before.
        if (sent.IsFaulted) await Task.WhenAny(received, Task.Delay(LateAnswer, time, cancellation)).ConfigureAwait(false);
        if (sent.IsFaulted && !received.IsCompleted) await sent.ConfigureAwait(false);
        return false;
    }

    private ValueTask<int> ReceiveAsync(CancellationToken cancellation)
    {
        if (buffer is null) (buffer, start, end) = (ArrayPool<byte>.Shared.Rent(FirstBuffer), 0, 0);
        else if (start == end) (start, end) = (0, 0);
        else if (end == buffer.Length) MakeRoom();
        return stream.ReadAsync(buffer.AsMemory(end), cancellation);
    }

    private void MakeRoom()
    {
        var received = buffer.AsSpan(start, end - start);
        if (start > 0)
        {
            received.CopyTo(buffer);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(2 * buffer!.Length); // a head is bounded, and a line between chunks
            received.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        (start, end) = (0, received.Length);
    }

    private static async Task IgnoreAsync(Task ending)
    {
        try
        {
            await ending.ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection is closed, and no reader waits for its bytes.
        }
    }
}
