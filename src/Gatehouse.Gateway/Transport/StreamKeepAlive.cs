using System.Buffers;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Protocol.Framing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Transport;

/// <summary>
/// The comments that keep the open event stream of a client from looking idle (WHATWG HTML §9.2.7): proxies close a connection that was silent for a
/// minute. A comment is no message, counts as activity of no party and extends no limit.
/// </summary>
internal sealed class StreamKeepAlive : IAsyncDisposable
{
    // Longest time without a byte on an open stream.
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    // A client that does not read takes no comment either. Its connection is closed when the stream ends.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly byte[] Comment = CommentBytes();

    private readonly HttpContext context;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private Task written = Task.CompletedTask;
    private long last;
    private bool isWriting;
    private bool isEnded;

    /// <summary>Begins with a stream that was opened.</summary>
    public StreamKeepAlive(HttpContext context, TimeProvider time)
    {
        (this.context, this.time, last, isWriting) = (context, time, time.GetTimestamp(), true);
        timer = GuardedTimer.Start(time, this, static one => one.Look(), static (one, _) => one.context.Abort(), Every, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits for a comment that is being written; none begins until <see cref="EndWrite"/>.</summary>
    public Task BeginWriteAsync()
    {
        lock (gate)
        {
            isWriting = true;
            return written;
        }
    }

    /// <summary>Ends a write of the stream.</summary>
    public void EndWrite()
    {
        lock (gate) (isWriting, last) = (false, time.GetTimestamp());
    }

    public async ValueTask DisposeAsync()
    {
        Task open;
        lock (gate) (isEnded, open) = (true, written);
        await timer.DisposeAsync().ConfigureAwait(false);
        if (open.IsCompleted) return;
        try
        {
            await open.WaitAsync(Patience, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            context.Abort();
        }
    }

    private void Look()
    {
        lock (gate)
        {
            if (isEnded) return;
            var silent = time.GetElapsedTime(last);
            // What is written shows that the stream is alive, as soon as the client reads it.
            if (!isWriting && written.IsCompleted && silent >= Every) (written, last, silent) = (WriteAsync(), time.GetTimestamp(), TimeSpan.Zero);
            timer.Change(silent < Every ? Every - silent : Every, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await context.Response.Body.WriteAsync(Comment, CancellationToken.None).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The client is gone. Whoever writes next finds that.
        }
    }

    private static byte[] CommentBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        SseWriter.WriteKeepAlive(buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
