using Gatehouse.Audit;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Inspection.Responses;
using Gatehouse.Pipeline.Quarantine;
using Gatehouse.Pipeline.Records;
using Gatehouse.Pipeline.Relaying;
using Gatehouse.Pipeline.Sessions;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline;

/// <summary>
/// The relay of a server's answer to the client. Each message is inspected as a whole before a byte of it is released (design rule 8), and counted
/// once it may pass.
/// </summary>
internal sealed class MessageRelay(PipelineParts parts, TimeProvider time)
{
    /// <summary>Relays the server's reply to the client, until its answer or the end of its stream.</summary>
    /// <exception cref="RefusalException">The exchange ends with a refusal instead of an answer.</exception>
    public ValueTask RelayAsync(ExchangeRun run, IUpstreamReply upstream)
    {
        var (exchange, reply, cancellation) = (run.Exchange, run.Reply, run.Token);
        return upstream.Kind switch
        {
            UpstreamReplyKind.Accepted => reply.AcceptAsync(exchange, cancellation),
            UpstreamReplyKind.SessionEnded => reply.SessionEndedAsync(exchange, cancellation),
            UpstreamReplyKind.Declined => reply.DeclineAsync(exchange, upstream.Decline, cancellation),
            _ when exchange.Message?.Method == "initialize" => RelayInitializeAsync(exchange, reply, upstream, cancellation),
            UpstreamReplyKind.Single => RelaySingleAsync(exchange, reply, upstream, cancellation),
            _ => RelayStreamAsync(exchange, reply, upstream, run.Life, cancellation),
        };
    }

    /// <summary>
    /// Answers with a result that a person released. Every rule for answers judges it as if the server sent it now; the mark of the gateway comes
    /// after them.
    /// </summary>
    /// <exception cref="RefusalException">A rule of now refuses the result.</exception>
    public async ValueTask RelayReleasedAsync(ExchangeRun run, ReleasedResult released)
    {
        var (exchange, cancellation) = (run.Exchange, run.Token);
        exchange.Questions.SetAside = released.SetAside;
        exchange.Record.Add(new AuditPart(AuditPartKind.Approval, AuditOutcome.Permit, "released", released.Id));
        if (released.AnswerTo(exchange.Message!, exchange.Server.ResponseBytes) is not { } message) throw Unfit();
        var passed = await PassedAsync(exchange, message, cancellation).ConfigureAwait(false);
        if (released.Marked(passed) is not { } marked) throw Unfit();
        exchange.Record.Add(new AuditPart(AuditPartKind.Change, AuditOutcome.Inserted, "released-mark"));
        await AnswerAsync(exchange, run.Reply, marked, UpstreamDecline.None, cancellation).ConfigureAwait(false);

        static RefusalException Unfit() => new(Reasons.TextWithheld, "released-unfit");
    }

    private async ValueTask RelaySingleAsync(
        Exchange exchange, IReply reply, IUpstreamReply upstream, CancellationToken cancellation)
    {
        var item = await upstream.NextAsync(cancellation).ConfigureAwait(false);
        if (item?.Message is not { } message) throw new RefusalException(Reasons.UpstreamEnded, "no message");
        var passed = await PassedAsync(exchange, message, cancellation).ConfigureAwait(false);
        await AnswerAsync(exchange, reply, passed, upstream.Decline, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<ValidatedMessage> PassedAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        var verdict = await JudgeAsync(exchange, message, cancellation).ConfigureAwait(false);
        if (verdict.Message is null) throw new RefusalException(verdict.Refusal ?? new Refusal(Reasons.UpstreamFault, verdict.Dropped));
        exchange.Record.Check(ResponseInspector.Name, passed: true);
        return verdict.Message;
    }

    private async ValueTask AnswerAsync(
        Exchange exchange, IReply reply, ValidatedMessage message, UpstreamDecline decline, CancellationToken cancellation)
    {
        Count(exchange, message);
        var answer = await parts.Record.EndBeforeReplyAsync(exchange, message).ConfigureAwait(false);
        // no event id, so no stream to resume
        if (exchange is { Session: { } session, Message: not null }) session.Live.Awaited.Forget(exchange.Record.Id);
        await reply.SendSingleAsync(exchange, answer, decline, cancellation).ConfigureAwait(false);
    }

    // The session's handle is a header, so the answer must be known before anything is sent, even on a stream.
    private async ValueTask RelayInitializeAsync(
        Exchange exchange, IReply reply, IUpstreamReply upstream, CancellationToken cancellation)
    {
        while (await upstream.NextAsync(cancellation).ConfigureAwait(false) is { } item)
        {
            if (item.Message is not { Kind: MessageKind.Result or MessageKind.Error } message) continue;
            var verdict = await JudgeAsync(exchange, message, cancellation).ConfigureAwait(false);
            if (verdict.Message is null) throw new RefusalException(verdict.Refusal ?? new Refusal(Reasons.UpstreamFault, verdict.Dropped));
            if (message.Kind == MessageKind.Error) await parts.Forward.RequireLegacyAsync(exchange, cancellation).ConfigureAwait(false);
            exchange.Record.Check(ResponseInspector.Name, passed: true);
            Count(exchange, verdict.Message);
            if (message.Kind == MessageKind.Result) parts.Forward.NoteSession(exchange, upstream);
            await SessionStart.BindAsync(exchange, reply, upstream, verdict.Message, parts.Sessions).ConfigureAwait(false);
            var answer = exchange.Receipt is null
                ? verdict.Message : await parts.Record.EndBeforeReplyAsync(exchange, verdict.Message).ConfigureAwait(false);
            await reply.SendSingleAsync(exchange, answer, upstream.Decline, cancellation).ConfigureAwait(false);
            return;
        }

        throw new RefusalException(Reasons.UpstreamEnded, "no answer to initialize");
    }

    private async ValueTask RelayStreamAsync(
        Exchange exchange, IReply reply, IUpstreamReply upstream, ExchangeLifetime life, CancellationToken cancellation)
    {
        await reply.OpenStreamAsync(exchange, cancellation).ConfigureAwait(false);
        if (exchange is { Message: null, Resume: { } resume, Session.Live: { } live }
            && parts.ResumedStreams(live, resume.Stream, life.EndWait) is { } resumed)
        {
            using (resumed) await RelayResumedAsync(exchange, reply, upstream, life, resumed, cancellation).ConfigureAwait(false);
            return;
        }

        using var streamed = BeginStreamed(exchange, life);
        await RelayEventsAsync(exchange, reply, upstream, life, null, cancellation).ConfigureAwait(false);
    }

    // A process sends each message once, and both streams get it. A server over HTTP sends it on one of them.
    private static StreamedRequest? BeginStreamed(Exchange exchange, ExchangeLifetime life) =>
        exchange is { Session.Live: { } live, Message.Kind: MessageKind.Request, Upstream: { } sent, Server.Http: not null }
            ? BeginStreamed(live, exchange, sent, life) : null;

    private static StreamedRequest? BeginStreamed(LiveSession live, Exchange exchange, UpstreamRequest sent, ExchangeLifetime life)
    {
        return live.Awaited.Begin(exchange.Record.Id, () => life.ExpectAgain(exchange.Server.Idle), EndAnswered);

        // The server has answered: there is nothing left to cancel.
        void EndAnswered()
        {
            sent.Answered();
            life.EndAnsweredElsewhere();
        }
    }

    // ST-02: the request of the stream may get a refusal while the stream waits for its answer, or may have got it before. No answer comes then, and
    // the client would wait indefinitely.
    private async ValueTask RelayResumedAsync(Exchange exchange, IReply reply, IUpstreamReply upstream, ExchangeLifetime life,
        ResumedStream resumed, CancellationToken cancellation)
    {
        try
        {
            if (resumed.Failure is null)
            {
                await RelayEventsAsync(exchange, reply, upstream, life, resumed, cancellation).ConfigureAwait(false);
                return;
            }
        }
        catch (OperationCanceledException) when (resumed.Failure is not null)
        {
            // The request got a refusal.
        }
        catch (OperationCanceledException) when (resumed.IsAnsweredElsewhere)
        {
            return; // the client has the answer, or resumes the stream again
        }
        catch (RefusalException e) when (resumed.TryFail(e.Refusal))
        {
            // The answer came here, and a rule refused it.
        }

        await RefuseAwaitedAsync(exchange, reply, resumed.Awaited, resumed.Failure!).ConfigureAwait(false);
    }

    private async ValueTask RelayEventsAsync(Exchange exchange, IReply reply, IUpstreamReply upstream, ExchangeLifetime life,
        ResumedStream? resumed, CancellationToken cancellation)
    {
        if (upstream.Gap is { } gap && await EndsByAsync(gap, exchange, reply).ConfigureAwait(false)) return;
        var gate = parts.Pacing(upstream, exchange, time);
        var isOver = false;
        while (!isOver && await gate.NextAsync(cancellation).ConfigureAwait(false) is { } item)
        {
            using var heard = life.Hear(exchange.Server.Idle);
            resumed?.Hear();
            isOver = await RelayEventAsync(exchange, reply, upstream, item, cancellation).ConfigureAwait(false);
        }

        // A client that has the id of no event cannot ask for the rest of the stream, and would wait for its answer until its own time limit.
        if (!isOver && !exchange.CanBeResumed && exchange.Message is { Kind: MessageKind.Request, Method: not "subscriptions/listen" })
            throw new RefusalException(Reasons.UpstreamEnded, "the stream ended without an answer");
    }

    // Returns true for the last event: the answer, or the end of a subscription. This is a method of its own, so that the loop does not use the event
    // after an await: a local that is used after one stays in the state of the loop, which may wait for hours.
    private async ValueTask<bool> RelayEventAsync(
        Exchange exchange, IReply reply, IUpstreamReply upstream, UpstreamEvent item, CancellationToken cancellation)
    {
        if (item.Message is not { } message)
        {
            await reply.SendEventAsync(exchange, item, cancellation).ConfigureAwait(false);
            return false;
        }

        // A server that cancels a subscription sends no result for it, and may send nothing more. The gateway invents no result: a stream that ends
        // without one is an end that the server did not plan, as it is (MCP, subscriptions).
        var isCancelled = SubscriptionEnd.IsCancellation(exchange.Message, message);
        var verdict = await JudgeAsync(exchange, message, cancellation).ConfigureAwait(false);
        if (verdict.Refusal is not null) throw new RefusalException(verdict.Refusal);
        if (verdict.Message is not { } passing)
        {
            if (message.Kind == MessageKind.Request && !verdict.GetsNoAnswer)
                await upstream.RejectAsync(message.Id, verdict.ByPolicy, cancellation).ConfigureAwait(false);
            return isCancelled;
        }

        // T27: the final response ends the stream, whatever the server sends after it.
        var isAnswer = (exchange.Message ?? (object?)exchange.Resume) is not null && passing.Kind is MessageKind.Result or MessageKind.Error;
        Count(exchange, passing);
        if (isAnswer)
        {
            exchange.Record.Check(ResponseInspector.Name, passed: true);
            passing = await parts.Record.EndBeforeReplyAsync(exchange, passing).ConfigureAwait(false);
            if (exchange is { Session: { } session, Message: not null })
                session.Live.Awaited.NoteAnswered(exchange.Record.Id, isOnOneStream: exchange.Server.Http is not null);
        }

        await reply.SendEventAsync(exchange, item with { Message = passing }, cancellation).ConfigureAwait(false);
        return isAnswer || isCancelled;
    }

    // ST-02: a client that waits for a lost answer would wait indefinitely. Each time it resumes the stream it gets an error for its own request, and
    // the stream ends: nothing follows an answer on the stream of its request. Lost notifications are only in the event.
    private async ValueTask<bool> EndsByAsync(StreamGap gap, Exchange exchange, IReply reply)
    {
        var bound = gap.IsExact ? "sessions.replayEvents, sessions.replayBytes" : "sessions.replayEvents, sessions.replayBytes: at least";
        exchange.Record.Add(
            new AuditPart(AuditPartKind.Limit, AuditOutcome.Gap, gap.AnswerIsLost ? Reasons.AnswerLost.Slug : "messages-lost", bound, gap.Lost));
        if (!gap.AnswerIsLost) return false;
        if (exchange is { Resume: { } resume, Session: { } session } && session.Live.Awaited.On(resume.Stream) is { } awaited)
            await RefuseAwaitedAsync(exchange, reply, awaited, new Refusal(Reasons.AnswerLost)).ConfigureAwait(false);
        return true;
    }

    private async ValueTask RefuseAwaitedAsync(Exchange exchange, IReply reply, AwaitedResponse awaited, Refusal refusal)
    {
        exchange.Record.Refusal = refusal;
        try
        {
            await parts.Refusals(reply, exchange.InPlaceOf(awaited), refusal, time).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            exchange.Record.Add(new AuditPart(AuditPartKind.Limit, AuditOutcome.Drop, "client-gone"));
        }
    }

    private async ValueTask<ResponseVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var verdict = await parts.InspectResponse.JudgeAsync(exchange, message, cancellation).ConfigureAwait(false);
        parts.Measures.Record(ResponseInspector.Name, started);
        return verdict;
    }

    private void Count(Exchange exchange, ValidatedMessage message)
    {
        if (exchange.IsCharged && parts.Quotas.CountBytes(exchange, message.Bytes.Length) is { } spent) throw new RefusalException(spent);
        var record = exchange.Record;
        record.MessagesOut++;
        record.BytesOut += message.Bytes.Length;
        if (message.Kind == MessageKind.Notification) record.Notifications++;
    }
}
