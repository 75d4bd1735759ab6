using System.Threading.Channels;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Upstreams;

/// <summary>The answer of a child process to one request, or its messages to a session's stream. Bounded in messages and bytes.</summary>
internal sealed class StdioReply : IUpstreamReply
{
    private const int MaxWaiting = 1024;

    private readonly StdioChild child;
    private readonly Channel<UpstreamEvent> messages = Channel.CreateBounded<UpstreamEvent>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly long maxBytes;
    private long waitingBytes;
    private volatile bool answered;

    public StdioReply(StdioChild child, UpstreamRequest request, long key, UpstreamReplyKind kind)
    {
        this.child = child;
        Request = request;
        Key = key;
        Kind = kind;
        maxBytes = 2L * request.Server.ResponseBytes;
    }

    /// <summary>The stream that it resumes, whose messages it also gets; null for none.</summary>
    public long? Follows { get; init; }

    /// <summary>
    /// True for a stream that resumes the session's own, once the one that it resumes is gone: it then gets the messages that follow. While that one
    /// is still here, it gets them from there.
    /// </summary>
    public bool ContinuesOwnStream => Follows is { } stream && Request.Resume is { Stream.Length: 0 } && !child.IsOpen(stream);

    /// <summary>True once its answer was delivered, or its client has cancelled it and waits for none.</summary>
    public bool IsAnswered => answered;

    /// <summary>Our id of the request on the child's channel (design rule 2).</summary>
    public long Key { get; }

    public UpstreamRequest Request { get; }

    public UpstreamReplyKind Kind { get; private set; }

    public string? SessionId { get; init; }

    public StreamGap? Gap { get; init; }

    /// <summary>Delivers a message; false when the client is too slow to take more.</summary>
    public bool TryDeliver(UpstreamEvent item)
    {
        var message = item.Message!;
        if (!TryHold(message.Bytes.Length)) return false;
        // Before delivery: its reader may release this reply immediately, and an answered request is not cancelled.
        var isFinal = message.Kind is MessageKind.Result or MessageKind.Error || SubscriptionEnd.IsCancellation(Request.Message, message);
        if (isFinal)
        {
            answered = true;
            Request.Answered();
        }

        if (Interlocked.Read(ref waitingBytes) > maxBytes || !messages.Writer.TryWrite(item))
        {
            Release(message.Bytes.Length);
            if (message.Kind == MessageKind.Notification)
            {
                // H34: a flood of notifications does not cost a slow client its answer.
                Request.Record?.CountDropped();
                if (isFinal) messages.Writer.TryComplete();
                return true;
            }

            Fail(new RefusalException(Reasons.UpstreamTooLarge, "more messages wait than are kept"));
            return false;
        }

        if (isFinal) messages.Writer.TryComplete();
        return true;
    }

    /// <summary>Ends the wait for a request that its client has cancelled. The process knows of the cancellation.</summary>
    public void Cancel()
    {
        answered = true;
        messages.Writer.TryComplete(new OperationCanceledException("the client took the request back"));
    }

    public void Fail(RefusalException cause) => messages.Writer.TryComplete(cause);

    /// <summary>Closes the reply; messages that will not be read any more leave the budget.</summary>
    public void Close()
    {
        messages.Writer.TryComplete();
        while (messages.Reader.TryRead(out var item)) Release(item.Message!.Bytes.Length);
    }

    // Waiting messages count against this reply's own bound and against the one budget of all messages (design rule 8).
    private bool TryHold(int bytes)
    {
        try
        {
            child.Budget.Take(AnswerBound.PartyOf(Request), bytes, AnswerBound.Of(Request.Server));
        }
        catch (RefusalException e)
        {
            Fail(e);
            return false;
        }

        Interlocked.Add(ref waitingBytes, bytes);
        return true;
    }

    private void Release(int bytes)
    {
        Interlocked.Add(ref waitingBytes, -bytes);
        child.Budget.Return(AnswerBound.PartyOf(Request), bytes);
    }

    /// <summary>Waits for the first message, which shows whether the answer is one message or a stream.</summary>
    public async ValueTask SettleAsync(CancellationToken cancellation)
    {
        if (Kind == UpstreamReplyKind.Stream) return;
        await messages.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false);
        Kind = messages.Reader.TryPeek(out var first) && first.Message is { Kind: MessageKind.Result or MessageKind.Error }
            ? UpstreamReplyKind.Single
            : UpstreamReplyKind.Stream;
    }

    public async ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellation)
    {
        if (!await messages.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false)) return null;
        if (!messages.Reader.TryRead(out var item)) return null;
        Release(item.Message!.Bytes.Length);
        return item;
    }

    public ValueTask RejectAsync(JsonRpcId question, bool byPolicy, CancellationToken cancellation) =>
        child.RejectAsync(question, byPolicy, cancellation);

    public ValueTask DisposeAsync() => child.ReleaseAsync(this);
}
