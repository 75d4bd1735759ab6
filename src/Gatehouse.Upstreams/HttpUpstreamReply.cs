using System.Buffers;
using System.Net;
using Gatehouse.Audit;
using Gatehouse.Outbound;
using Gatehouse.Pipeline.Accept;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Framing;
using Gatehouse.Protocol.Validation;
using Gatehouse.Refusals;
using Gatehouse.Upstreams.Resilience;

namespace Gatehouse.Upstreams;

/// <summary>
/// A server's HTTP answer: one message or a stream of messages. Status, headers and framing are never copied; each message is validated like a
/// client's.
/// </summary>
internal sealed class HttpUpstreamReply : IUpstreamReply
{
    /// <summary>The field in which a server says what a request lacks (RFC 9110 §11.6.1).</summary>
    public const string Challenge = "WWW-Authenticate";

    /// <summary>Names of the fields that are read beside those which frame and type an answer.</summary>
    public static readonly IReadOnlyList<string> ReadFields = [HeaderNames.SessionId, RetryAfterHeader.Name, Challenge];

    // Time limit in which a server may refuse a subscription with one message.
    private static readonly TimeSpan RefusalPatience = TimeSpan.FromSeconds(5);

    private readonly HttpUpstream upstream;
    private readonly UpstreamRequest request;
    private readonly OutboundResponse response;
    private readonly MessageLimits limits;
    private readonly RefusalException? missing;
    private SseReader? events;
    private ValidatedMessage? single;
    private long held;
    private bool isAnswered;
    private bool leavesOut;
    private volatile bool isDisposed;

    private HttpUpstreamReply(
        HttpUpstream upstream, UpstreamRequest request, OutboundResponse response, UpstreamReplyKind kind, RefusalException? missing)
    {
        this.missing = missing;
        this.upstream = upstream;
        this.request = request;
        this.response = response;
        Kind = kind;
        limits = upstream.AnswerLimits;
    }

    public UpstreamReplyKind Kind { get; }

    public UpstreamDecline Decline =>
        Kind is not (UpstreamReplyKind.Single or UpstreamReplyKind.Declined) ? UpstreamDecline.None : response.StatusCode switch
        {
            HttpStatusCode.BadRequest => UpstreamDecline.Invalid,
            HttpStatusCode.NotFound => UpstreamDecline.Unknown,
            HttpStatusCode.MethodNotAllowed => UpstreamDecline.NotOffered,
            HttpStatusCode.Conflict => UpstreamDecline.Conflict,
            _ => UpstreamDecline.None,
        };

    public string? SessionId => response.Field(HeaderNames.SessionId);

    /// <summary>Opens the reply to a request.</summary>
    /// <param name="upstream">The server.</param>
    /// <param name="request">The request.</param>
    /// <param name="response">Its answer.</param>
    /// <param name="credential">The credential that it carried.</param>
    /// <param name="missing">The refusal in the place of an error of the server, where the caller's credential is missing; null otherwise.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="RefusalException">The answer cannot be used.</exception>
    public static async ValueTask<IUpstreamReply> OpenAsync(
        HttpUpstream upstream, UpstreamRequest request, OutboundResponse response, UpstreamCredential? credential,
        RefusalException? missing, CancellationToken cancellation)
    {
        var kind = await KindAsync(upstream, request, response, credential, cancellation).ConfigureAwait(false);
        var reply = new HttpUpstreamReply(upstream, request, response, kind, missing);
        try
        {
            if (reply.Kind == UpstreamReplyKind.Single) reply.single = reply.Judge(await reply.ReadWithinAsync(cancellation).ConfigureAwait(false));
            if (reply.Kind == UpstreamReplyKind.Stream)
            {
                var stream = await response.OpenAsync(cancellation).ConfigureAwait(false);
                reply.events = new SseReader(stream, upstream.Server.ResponseBytes, reply.HoldUnfinished);
            }

            return reply;
        }
        catch
        {
            reply.Hold(0); // no other code has the reply yet
            throw;
        }
    }

    public async ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellation)
    {
        if (Kind == UpstreamReplyKind.Single)
        {
            var message = single;
            single = null;
            request.Answered();
            return message is null ? null : new UpstreamEvent(message);
        }

        Hold(events!.UnfinishedBytes); // the message before has been released
        while (true)
        {
            if (await ReadEventAsync(cancellation).ConfigureAwait(false) is not { } item) return EndOfStream();
            var retry = item.Retry is { } delay ? (int)delay.TotalMilliseconds : (int?)null;
            // A priming event has no data. The reference server replays it as an empty object, which has no content either.
            if (item.Data.IsEmpty || item.Data.Span.SequenceEqual("{}"u8)) return new UpstreamEvent(null, item.Id, retry);
            if (item.EventName != "message")
            {
                leavesOut = true; // only messages carry JSON-RPC; other events are not passed on
                continue;
            }

            var next = Judge(Validate(item.Data));
            if (next.Kind is MessageKind.Result or MessageKind.Error) Answered(next);
            return new UpstreamEvent(next, item.Id, retry);
        }
    }

    public async ValueTask RejectAsync(JsonRpcId question, bool byPolicy, CancellationToken cancellation)
    {
        var buffer = new ArrayBufferWriter<byte>();
        ServerRequestRefusal.Write(buffer, question, byPolicy);
        await upstream.PostAsync(request, buffer.WrittenMemory, cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        isDisposed = true;
        Release();
        if (Kind == UpstreamReplyKind.Stream && !isAnswered) response.Abort(); // in the modern era a closed connection cancels the request
        else response.Dispose();
        return ValueTask.CompletedTask;
    }

    // A notification or an answer has no answer of its own (MCP 2025-11-25, transports: status 202 without a body). Many servers send one with
    // status 200. Nothing of it reaches a client: it is read to its end within the bounds of the connection, or the connection is closed.
    private static async ValueTask<UpstreamReplyKind> KindAsync(
        HttpUpstream upstream, UpstreamRequest request, OutboundResponse response, UpstreamCredential? credential, CancellationToken cancellation)
    {
        try
        {
            return KindOf(upstream, request, response);
        }
        catch (RefusalException e) when (e.Refusal.Reason == Reasons.UpstreamRefused || e.Refusal.Reason == Reasons.UpstreamBusy)
        {
            var words = await ServerErrorText.OfBodyAsync(response, credential, upstream.Time, cancellation).ConfigureAwait(false);
            throw new RefusalException(e.Refusal with { Words = words });
        }
    }

    private static UpstreamReplyKind KindOf(HttpUpstream upstream, UpstreamRequest request, OutboundResponse response)
    {
        if (response.IsSuccess && request.Message is { Kind: not MessageKind.Request })
        {
            if (response.HasBody) request.Record?.Add(new AuditPart(AuditPartKind.Change, AuditOutcome.Removed, "answer-to-notification"));
            return UpstreamReplyKind.Accepted;
        }

        if (response.HasContentEncoding)
            throw new RefusalException(Reasons.UpstreamFault, "content coding");
        var contentType = response.ContentType;
        if (request.Intent == ExchangeIntent.EndSession && response.IsSuccess) return UpstreamReplyKind.SessionEnded;
        switch (response.StatusCode)
        {
            case HttpStatusCode.Accepted or HttpStatusCode.NoContent when request.Message is { Kind: MessageKind.Request }:
                throw new RefusalException(Reasons.UpstreamFault, $"status {(int)response.StatusCode} in answer to a request");
            case HttpStatusCode.Accepted or HttpStatusCode.NoContent:
                return UpstreamReplyKind.Accepted;
            case HttpStatusCode.OK when MediaTypes.IsEventStream(contentType):
                return UpstreamReplyKind.Stream;
            case HttpStatusCode.OK when MediaTypes.IsJson(contentType):
                return UpstreamReplyKind.Single;
            case HttpStatusCode.OK when request.Message is null:
                return UpstreamReplyKind.Accepted;
            case HttpStatusCode.NotFound when request.Session is not null:
                throw new RefusalException(Reasons.SessionUnknown, "the upstream session is gone");
            case HttpStatusCode.BadRequest or HttpStatusCode.NotFound when MediaTypes.IsJson(contentType) || MediaTypes.IsEventStream(contentType):
                return UpstreamReplyKind.Single; // a refusal is one message, even if the server frames it as an event
            case HttpStatusCode.MethodNotAllowed or HttpStatusCode.Conflict when request.Message is null:
                return UpstreamReplyKind.Declined;
            case HttpStatusCode.BadRequest or HttpStatusCode.NotFound when request.Message is null:
                return UpstreamReplyKind.Declined;
            case HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable:
                throw new RefusalException(
                    new Refusal(Reasons.UpstreamBusy, $"status {(int)response.StatusCode}")
                    { RetryAfter = RetryAfterHeader.Read(response.Field(RetryAfterHeader.Name), upstream.Time) });
            case HttpStatusCode.OK:
                throw new RefusalException(Reasons.UpstreamFault, "media type");
            default:
                throw new RefusalException(Reasons.UpstreamRefused, $"status {(int)response.StatusCode}");
        }
    }

    // A subscription is answered by an event stream, or refused by one message. If a server writes its stream under another media type, its caller
    // would wait for an end that never comes.
    private async ValueTask<ValidatedMessage> ReadWithinAsync(CancellationToken cancellation)
    {
        if (request.Message is not { Method: "subscriptions/listen" }) return await ReadSingleAsync(cancellation).ConfigureAwait(false);
        using var within = new TimeLimit(RefusalPatience, upstream.Time, cancellation);
        try
        {
            return await ReadSingleAsync(within.Token).ConfigureAwait(false);
        }
        catch (Exception e)
            when (!cancellation.IsCancellationRequested
                && e is OperationCanceledException or RefusalException { Refusal.Detail: not "the answer broke off" })
        {
            throw new RefusalException(Reasons.UpstreamFault, $"media type {MediaTypeOf(response.ContentType)} in answer to subscriptions/listen",
                e);
        }
    }

    // A value of the closed set that is accepted here, never the server's own text.
    private static string MediaTypeOf(string? contentType) => MediaTypes.IsJson(contentType) ? "application/json" : "text/event-stream";

    private async ValueTask<ValidatedMessage> ReadSingleAsync(CancellationToken cancellation)
    {
        try
        {
            if (MediaTypes.IsEventStream(response.ContentType))
                return await ReadOnlyEventAsync(await response.OpenAsync(cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            var body = await response.ReadAsync(limits.MaxBytes, held => Hold(held), cancellation).ConfigureAwait(false)
                ?? throw new RefusalException(Reasons.UpstreamTooLarge);
            return Validate(body);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new RefusalException(Reasons.UpstreamEnded, "the answer broke off", e);
        }
    }

    private async ValueTask<ValidatedMessage> ReadOnlyEventAsync(Stream stream, CancellationToken cancellation)
    {
        events = new SseReader(stream, limits.MaxBytes, HoldUnfinished);
        while (await ReadEventAsync(cancellation).ConfigureAwait(false) is { } item)
        {
            if (item.Data.IsEmpty) continue;
            var message = Validate(item.Data);
            if (message.Kind is MessageKind.Result or MessageKind.Error) return message;
        }

        throw new RefusalException(Reasons.UpstreamEnded, "no message");
    }

    private async ValueTask<SseEvent?> ReadEventAsync(CancellationToken cancellation)
    {
        try
        {
            return await events!.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (cancellation.IsCancellationRequested && e is not OperationCanceledException)
        {
            throw new OperationCanceledException("the exchange was ended", e, cancellation); // not the server's fault
        }
        catch (SseException e)
        {
            throw new RefusalException(Reasons.UpstreamTooLarge, e.Fault.ToString(), e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new RefusalException(Reasons.UpstreamEnded, "the stream broke off", e);
        }
    }

    // The legacy era may close a stream before the answer and continue in another one (SEP-1699); the modern era may not.
    private UpstreamEvent? EndOfStream()
    {
        if (isAnswered || request.Message is not { Kind: MessageKind.Request, Method: not "subscriptions/listen" }) return null;
        if (leavesOut) request.Record?.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Drop, "event-name"));
        return request.IsModern ? throw new RefusalException(Reasons.UpstreamEnded, "the stream ended without an answer") : null;
    }

    // Data that is read and not yet forwarded counts against the one budget of all messages (design rule 8).
    private void Hold(long bytes)
    {
        Release();
        if (bytes == 0) return;
        upstream.Budget.Take(AnswerBound.PartyOf(request), bytes, AnswerBound.Of(upstream.Server));
        Interlocked.Exchange(ref held, bytes); // a barrier too: the next line must not be read before it
        if (isDisposed) Release(); // a read ahead may end behind the reply: nothing else would give its bytes back
    }

    private void Release()
    {
        if (Interlocked.Exchange(ref held, 0) is > 0 and var bytes) upstream.Budget.Return(AnswerBound.PartyOf(request), bytes);
    }

    // Threat: a server sends a large part of an event on each of its streams, and then nothing (CWE-770).
    private void HoldUnfinished(int bytes) => Hold(bytes);

    private ValidatedMessage Judge(ValidatedMessage answer) => missing is not null && answer.Kind == MessageKind.Error ? throw missing : answer;

    private ValidatedMessage Validate(ReadOnlyMemory<byte> data)
    {
        Hold(data.Length);
        return ValidateHeld(data);
    }

    private ValidatedMessage ValidateHeld(ReadOnlyMemory<byte> data) =>
        MessageValidator.TryValidate(data, limits, out var message, out var failure)
            ? message
            : throw new RefusalException(
                failure.Fault == MessageFault.TooLarge ? Reasons.UpstreamTooLarge : Reasons.UpstreamFault, failure.Fault.ToString());

    private void Answered(ValidatedMessage answer)
    {
        isAnswered |= request.Message is { } asked && answer.Id == asked.Id;
        request.Answered();
    }
}
