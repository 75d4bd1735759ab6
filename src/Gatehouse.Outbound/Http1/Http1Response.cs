using System.Net;

namespace Gatehouse.Outbound.Http1;

/// <summary>
/// An answer that <see cref="Http1Client"/> received. It lets go of its connection at the end of the body: whatever is read or disposed later meets no
/// other exchange.
/// </summary>
internal sealed class Http1Response : OutboundResponse
{
    // What is left of an answer is the end of its framing, as a rule.
    private const int MostDrained = 4096;

    private readonly Http1Client client;
    private readonly ResponseHead head;
    private Http1Connection? connection;
    private Http1Body? body;
    private int reading; // 1 while a read of the body is under way
    private int isEnded;

    public Http1Response(Http1Client client, Http1Connection connection, ResponseHead head)
    {
        (this.client, this.connection, this.head) = (client, connection, head);
        if (head is { IsChunked: false, ContentLength: 0 }) ReleaseConnection(mayReuse: true);
    }

    public override HttpStatusCode StatusCode => head.Status;

    public override Version Version => HttpVersion.Version11;

    public override string? ContentType => head.ContentType;

    public override bool HasBody => ContentType is not null && head is not { IsChunked: false, ContentLength: 0 };

    public override bool HasContentEncoding => head.HasContentEncoding;

    /// <summary>The connection; null where the body was read to its end, or the response was disposed.</summary>
    internal Http1Connection? Connection => Volatile.Read(ref connection);

    public override string? Field(string name) => head.Field(name);

    public override ValueTask<byte[]?> ReadAsync(int maxBytes, Action<int>? holding, CancellationToken cancellation)
    {
        if (body is not null || head is not { IsChunked: false, ContentLength: { } length })
            return BoundedRead.ToEndAsync(Body(), maxBytes, cancellation, 0, holding);
        if (length > maxBytes) return ValueTask.FromResult<byte[]?>(null);
        if (length == 0) return ValueTask.FromResult<byte[]?>([]);
        holding?.Invoke((int)length);
        BeginRead();
        var isWaiting = false;
        try
        {
            var from = Connection ?? throw new IOException("the response was ended");
            var bytes = GC.AllocateUninitializedArray<byte>((int)length);
            var taken = from.CopyReceived(bytes);
            isWaiting = taken < length;
            if (isWaiting) return ReadRestAsync(from, bytes, taken, cancellation);
            ReleaseConnection(mayReuse: true);
            return ValueTask.FromResult<byte[]?>(bytes);
        }
        finally
        {
            if (!isWaiting) EndRead();
        }
    }

    public override ValueTask<Stream> OpenAsync(CancellationToken cancellation) => ValueTask.FromResult<Stream>(Body());

    public override void Abort() => Interlocked.Exchange(ref connection, null)?.Dispose();

    public override void Dispose()
    {
        if (Connection is null || Interlocked.Exchange(ref isEnded, 1) != 0) return;
        if (Volatile.Read(ref reading) != 0 || (!head.IsChunked && Body().Remaining is null or > MostDrained)) Abort();
        else _ = DrainAsync(Body());
    }

    /// <summary>Begins a read of the body, of whichever kind.</summary>
    /// <exception cref="InvalidOperationException">Another read is under way. The connection is closed.</exception>
    // Threat: of two readers one ends the body, and the other one still waits on a connection, and into a buffer, of the next exchange (CWE-362,
    // CWE-416).
    internal void BeginRead()
    {
        if (Interlocked.Exchange(ref reading, 1) == 0) return;
        Abort();
        throw new InvalidOperationException("the body is being read");
    }

    /// <summary>Ends a read that has begun.</summary>
    internal void EndRead() => Volatile.Write(ref reading, 0);

    /// <summary>Lets go of the connection: the body was read to its end.</summary>
    /// <param name="mayReuse">False where the end of the connection was the end of the body.</param>
    internal void ReleaseConnection(bool mayReuse)
    {
        if (Interlocked.Exchange(ref connection, null) is not { } used) return; // it was disposed meanwhile
        if (mayReuse) client.Return(used);
        else used.Dispose();
    }

    private Http1Body Body() => body ??= new Http1Body(this, head);

    // Threat: after a fault or a cancellation the place in the body is lost, and what follows would be read as another answer (CWE-444).
    private async ValueTask<byte[]?> ReadRestAsync(Http1Connection from, byte[] bytes, int taken, CancellationToken cancellation)
    {
        try
        {
            while (taken < bytes.Length)
            {
                var read = await from.ReadAsync(bytes.AsMemory(taken), cancellation).ConfigureAwait(false);
                if (read == 0) throw new HttpIOException(HttpRequestError.ResponseEnded, "the answer broke off");
                taken += read;
            }

            ReleaseConnection(mayReuse: true);
            return bytes;
        }
        catch
        {
            Abort();
            throw;
        }
        finally
        {
            EndRead();
        }
    }

    private async Task DrainAsync(Http1Body rest)
    {
        using var patience = client.NewDrainLimit();
        try
        {
            var scratch = new byte[256];
            for (var drained = 0; drained <= MostDrained;)
            {
                var read = await rest.ReadAsync(scratch, patience.Token).ConfigureAwait(false);
                if (read == 0) return;
                drained += read;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException or NotSupportedException)
        {
            // The connection is not used again.
        }
        finally
        {
            Abort();
        }
    }
}
