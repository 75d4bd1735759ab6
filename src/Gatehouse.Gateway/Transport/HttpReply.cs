using System.Buffers;
using System.Globalization;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Relaying;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Framing;
using Gatehouse.Refusals;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Transport;

/// <summary>
/// The client's side of an exchange over HTTP. Framing and headers are the gateway's. Of the server's answer only the validated JSON crosses (design
/// rules 2 and 3).
/// </summary>
internal sealed class HttpReply(HttpContext context, ISessions sessions, TimeProvider time) : IReply, IAsyncDisposable
{
    private const int Piece = 64 << 10;

    // A larger buffer is released behind an event: thousands of streams are idle at the same time.
    private const int KeptCapacity = 1024;

    private ArrayBufferWriter<byte>? frame;
    private StreamKeepAlive? keepAlive;
    private bool streaming;

    public bool HasStarted => context.Response.HasStarted;

    public string? SessionHandle { get; set; }

    /// <summary>False once a write failed because the client is gone. A legacy exchange continues without it (L13).</summary>
    public bool ClientIsThere { get; private set; } = true;

    public ValueTask AcceptAsync(Exchange exchange, CancellationToken cancellation) =>
        StatusAsync(exchange, StatusCodes.Status202Accepted);

    public ValueTask SessionEndedAsync(Exchange exchange, CancellationToken cancellation) =>
        StatusAsync(exchange, StatusCodes.Status200OK);

    public ValueTask DeclineAsync(Exchange exchange, UpstreamDecline decline, CancellationToken cancellation) =>
        StatusAsync(exchange, DeclineStatus.Of(decline));

    // A request that was held, whose client saw that, has a status already: a server that took it without an answer gave none.
    private ValueTask StatusAsync(Exchange exchange, int status)
    {
        if (streaming) throw new RefusalException(Reasons.UpstreamFault, "no answer to a request");
        exchange.Record.Status = status;
        WriteCommonHeaders(exchange);
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status405MethodNotAllowed) context.Response.Headers.Allow = "POST, DELETE";
        context.Response.ContentLength = status == StatusCodes.Status202Accepted ? null : 0;
        return ValueTask.CompletedTask;
    }

    public ValueTask SendSingleAsync(Exchange exchange, ValidatedMessage message, UpstreamDecline decline, CancellationToken cancellation)
    {
        if (streaming) return SendEventAsync(exchange, new UpstreamEvent(message, null, null), cancellation); // it was held, and its client saw that
        var effective = decline == UpstreamDecline.None ? StatusOf(exchange, message) : DeclineStatus.Of(decline);
        return WriteJsonAsync(exchange, message.Bytes, effective, cancellation);
    }

    public async ValueTask OpenStreamAsync(Exchange exchange, CancellationToken cancellation)
    {
        if (streaming) return;
        exchange.Record.Status = StatusCodes.Status200OK;
        WriteCommonHeaders(exchange);
        var headers = context.Response.Headers;
        headers.ContentType = "text/event-stream";
        headers["X-Accel-Buffering"] = "no"; // T29: a buffering proxy would hold events back
        streaming = true;
        keepAlive = new StreamKeepAlive(context, time);
        await GuardAsync(exchange, FlushHeadAsync(), cancellation).ConfigureAwait(false);
    }

    public async ValueTask KeepAliveAsync(Exchange exchange, CancellationToken cancellation)
    {
        if (streaming) return; // an open stream keeps itself alive
        await OpenStreamAsync(exchange, cancellation).ConfigureAwait(false);
        if (!ClientIsThere) return;
        SseWriter.WriteKeepAlive(BeginFrame());
        await GuardAsync(exchange, WriteFrameAsync(), cancellation).ConfigureAwait(false);
    }

    public ValueTask SendEventAsync(Exchange exchange, UpstreamEvent item, CancellationToken cancellation)
    {
        if (!ClientIsThere) return ValueTask.CompletedTask;
        var id = SealId(exchange, item.EventId);
        exchange.CanBeResumed |= id is not null;
        var retry = item.RetryMilliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : (TimeSpan?)null;
        if (item.Message is { } message) SseWriter.Write(BeginFrame(), message, id, retry: retry);
        else if (id is not null) SseWriter.WritePriming(BeginFrame(), id, retry);
        else return ValueTask.CompletedTask;
        return GuardAsync(exchange, WriteFrameAsync(), cancellation);
    }

    public async ValueTask RefuseAsync(Exchange exchange, Refusal refusal, CancellationToken cancellation)
    {
        // and closed without an answer
        if (refusal.IsTakenBack && !context.Response.HasStarted) await OpenStreamAsync(exchange, cancellation).ConfigureAwait(false);
        if (refusal.IsTakenBack) return;
        if (streaming)
        {
            await RefuseOnStreamAsync(exchange, refusal, cancellation).ConfigureAwait(false);
            return;
        }

        if (context.Response.HasStarted) return;
        var status = RefusalFormat.Status(exchange, refusal);
        WriteRefusalHeaders(refusal);
        if (refusal.Reason.Shape != ReplyShape.Empty && exchange.Head.Verb == "POST")
        {
            await WriteJsonAsync(exchange, RefusalFormat.Body(exchange, refusal), status, cancellation).ConfigureAwait(false);
            return;
        }

        exchange.Record.Status = status;
        WriteCommonHeaders(exchange);
        context.Response.StatusCode = status;
        context.Response.ContentLength = 0;
    }

    private async ValueTask RefuseOnStreamAsync(Exchange exchange, Refusal refusal, CancellationToken cancellation)
    {
        if (exchange.Message is not { Kind: MessageKind.Request } || !ClientIsThere) return; // closing is the answer
        SseWriter.WriteText(BeginFrame(), System.Text.Encoding.UTF8.GetString(RefusalFormat.Body(exchange, refusal).Span));
        await GuardAsync(exchange, WriteFrameAsync(), cancellation).ConfigureAwait(false);
    }

    private ArrayBufferWriter<byte> BeginFrame()
    {
        frame ??= new ArrayBufferWriter<byte>();
        frame.ResetWrittenCount();
        return frame;
    }

    private async Task FlushHeadAsync()
    {
        await context.Response.Body.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        keepAlive!.EndWrite();
    }

    /// <summary>Ends the comments of an open stream.</summary>
    public ValueTask DisposeAsync() => keepAlive?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task WriteFrameAsync()
    {
        await keepAlive!.BeginWriteAsync().ConfigureAwait(false);
        try
        {
            await WritePiecesAsync(frame!.WrittenMemory).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            if (frame!.Capacity > KeptCapacity) frame = null;
            keepAlive.EndWrite();
        }
    }

    // The server copies what it is given before it waits for a slow client: in pieces, so that the copy stays small.
    private async Task WritePiecesAsync(ReadOnlyMemory<byte> bytes)
    {
        var body = context.Response.Body;
        while (bytes.Length > Piece)
        {
            await body.WriteAsync(bytes[..Piece], CancellationToken.None).ConfigureAwait(false);
            bytes = bytes[Piece..];
        }

        await body.WriteAsync(bytes, CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask WriteJsonAsync(Exchange exchange, ReadOnlyMemory<byte> body, int status, CancellationToken cancellation)
    {
        exchange.Record.Status = status;
        WriteCommonHeaders(exchange);
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.ContentType = "application/json";
        response.ContentLength = body.Length;
        await GuardAsync(exchange, WritePiecesAsync(body), cancellation).ConfigureAwait(false);
    }

    // A client that left is not a fault of the exchange: the legacy era does not cancel by closing (L13). The write itself is not cancelled: that
    // would reset the connection and lose the data already sent, a refusal too. The connection is cut only when the exchange ends while a write hangs
    // because the client does not read.
    private async ValueTask GuardAsync(Exchange exchange, Task write, CancellationToken cancellation)
    {
        try
        {
            await write.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!write.IsCompleted)
        {
            ClientIsThere = false;
            context.Abort();
            throw;
        }
        catch (Exception e)
            when (e is IOException or ObjectDisposedException || (e is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            ClientIsThere = false;
            exchange.Record.Add(new Audit.AuditPart(Audit.AuditPartKind.Limit, Audit.AuditOutcome.Drop, "client-gone"));
            if (exchange.IsModern) throw new OperationCanceledException("the client is gone", e);
        }
    }

    // The event id names session and stream, sealed. A foreign or injected id does not open (ST-02).
    private string? SealId(Exchange exchange, string? upstreamId) =>
        upstreamId is null || exchange.Session is not { } session
            ? null
            : sessions.SealEvent(session, new ResumePoint(exchange.Stream, upstreamId));

    private void WriteCommonHeaders(Exchange exchange)
    {
        var headers = context.Response.Headers;
        headers["Gatehouse-Request-Id"] = exchange.Record.Id;
        headers.CacheControl = "no-store";
        if (exchange.DPoPNonce is not null) headers["DPoP-Nonce"] = exchange.DPoPNonce;
        if (SessionHandle is not null) headers[HeaderNames.SessionId] = SessionHandle;
    }

    private void WriteRefusalHeaders(Refusal refusal)
    {
        var headers = context.Response.Headers;
        if (refusal.Challenge is not null) headers.WWWAuthenticate = refusal.Challenge;
        if (refusal.Allow is not null) headers.Allow = refusal.Allow;
        if (RefusalFormat.RetryAfter(refusal) is { } wait) // RFC 9110 §10.2.3 knows only whole seconds
            headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }

    // T10, T11: the modern era maps a few protocol errors to a status, also when the server is a process that has none.
    private static int StatusOf(Exchange exchange, ValidatedMessage message)
    {
        if (!exchange.IsModern || message.Kind != MessageKind.Error) return StatusCodes.Status200OK;
        return System.Text.Encoding.ASCII.GetString(message.Raw(EnvelopeMember.ErrorCode)) switch
        {
            "-32601" => StatusCodes.Status404NotFound,
            "-32020" or "-32021" or "-32022" => StatusCodes.Status400BadRequest,
            _ => StatusCodes.Status200OK,
        };
    }
}
