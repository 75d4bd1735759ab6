using Gatehouse.Audit;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Pipeline.Stages;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline;

/// <summary>
/// The flow of every exchange: accept → authenticate → prove → bind session → authorize → limit → inspect request →
/// forward → inspect response, and record around it all.
/// </summary>
public sealed class GatewayPipeline
{
    private readonly PipelineParts parts;
    private readonly IStage[] stages;
    private readonly IExchangeRegistry registry;
    private readonly TimeProvider time;
    private readonly Action<string, Exception> fault;

    /// <summary>Builds the pipeline.</summary>
    /// <param name="parts">The stages.</param>
    /// <param name="registry">Exchanges under way.</param>
    /// <param name="time">The clock.</param>
    /// <param name="fault">Told the exchange id and exception of an internal fault.</param>
    /// <exception cref="InvalidOperationException">A security stage is missing: the message names each.</exception>
    public GatewayPipeline(PipelineParts parts, IExchangeRegistry registry, TimeProvider time, Action<string, Exception> fault)
        : this(parts, registry, time, fault, RequireComplete(parts))
    {
    }

    /// <summary>For the range alone, which puts a naive twin in the place of a stage to show what the stage is for.</summary>
    internal GatewayPipeline(
        PipelineParts parts, IExchangeRegistry registry, TimeProvider time, Action<string, Exception> fault, bool complete)
    {
        this.parts = parts;
        this.registry = registry;
        this.time = time;
        this.fault = fault;
        IsComplete = complete;
        stages =
        [
            parts.Accept,         // headers alone: nothing is read for a stranger
            parts.Authenticate,   // before the first byte of the body
            parts.Prove,          // before anybody believes what the message says
            parts.Session,        // needs the caller, and settles the revision
            parts.Authorize,      // needs all of the above
            parts.Limit,          // only what is permitted is charged, and only what is within limits is looked into
            parts.InspectRequest, // costs most, so only for what is permitted
        ];
    }

    /// <summary>False only for a pipeline of the range with a naive twin in it.</summary>
    public bool IsComplete { get; }

    /// <summary>Where the sessions are that the stages open; the transport seals event ids with the same.</summary>
    internal ISessions Sessions => parts.Sessions;

    /// <summary>Names of the stages in order, as <c>gatehouse pipeline show</c> prints them.</summary>
    public static IReadOnlyList<string> StageNames { get; } =
        ["accept", "authenticate", "prove", "session", "authorize", "limit", "inspect-request", "forward", "inspect-response", "record"];

    /// <summary>Runs one exchange to its end. Does not throw for anything a client or server can do.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="reply">The client's side.</param>
    /// <param name="clientGone">Signalled when the client closed its connection.</param>
    public async Task RunAsync(Exchange exchange, IReply reply, CancellationToken clientGone)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(reply);
        using var span = PipelineTelemetry.Start(exchange);
        using var life = new ExchangeLife(time);
        using var place = new BodyPlace(registry);
        Refusal? refusal;
        try
        {
            refusal = await RunStagesAsync(exchange, place, clientGone).ConfigureAwait(false);
            if (refusal is null) await ForwardAsync(exchange, reply, life, clientGone).ConfigureAwait(false);
        }
        catch (RefusalException e)
        {
            refusal = e.Refusal;
        }
        catch (OperationCanceledException)
        {
            refusal = life.WhyEnded(clientGone);
        }
        catch (Exception e)
        {
            fault(exchange.Record.Id, e);
            refusal = new Refusal(Reasons.InternalFault, e.GetType().Name);
        }

        if (refusal is not null && exchange is { Session: { } session, Message: { Kind: MessageKind.Request } request }) session.Live.Forget(request.Id); // answered by us
        if (exchange.IsCharged) parts.Quotas.Release(exchange);
        if (exchange.Record.Dropped is > 0 and var dropped) exchange.Record.Add(new AuditPart("limit", "drop", "notifications", "limits.notifications", dropped));
        if (exchange.Record.ListChanges is > 0 and var changes) exchange.Record.Add(new AuditPart("limit", "join", "list-changed-storm", "lists.changes", changes));
        await EndAsync(exchange, reply, refusal).ConfigureAwait(false);
        if (refusal is not null && life.LeavesServerWaiting(refusal)) await parts.Forward.AbandonAsync(exchange, refusal).ConfigureAwait(false);
        PipelineTelemetry.Finish(span, exchange);
    }

    private async ValueTask<Refusal?> RunStagesAsync(Exchange exchange, BodyPlace place, CancellationToken cancellation)
    {
        foreach (var stage in stages)
        {
            if (ReferenceEquals(stage, parts.Prove)) place.Take(exchange);
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            var outcome = await stage.RunAsync(exchange, cancellation).ConfigureAwait(false);
            parts.Measures.Record(stage.Name, started);
            exchange.Record.Check(stage.Name, outcome.Refusal is null);
            if (outcome.Refusal is not null) return outcome.Refusal;
        }

        return null;
    }

    private async Task ForwardAsync(Exchange exchange, IReply reply, ExchangeLife life, CancellationToken clientGone)
    {
        var isStream = exchange.Message is null ? exchange.Head.IsListening : exchange.Message.Method == "subscriptions/listen";
        // In the modern era closing the connection cancels (T28); in the legacy era it does not (L13), except that a
        // stream nobody listens to is closed.
        var cancellation = life.Begin(exchange, isStream, exchange.IsModern || isStream ? clientGone : default);
        using var entered = registry.Enter(exchange, isStream, life.Withdraw);
        using var underWay = UnderWay.Begin(exchange);
        using var turn = isStream ? null : await registry.WaitForTurnAsync(exchange, cancellation).ConfigureAwait(false);
        await parts.InspectResponse.BeginAsync(exchange, cancellation).ConfigureAwait(false);
        var begun = await parts.Record.BeginAsync(exchange).ConfigureAwait(false);
        if (!parts.PassesEveryNoticeForRange && ClientNotice.WhyDropped(exchange) is { } why)
        {
            await begun.ConfigureAwait(false);
            exchange.Record.Add(new AuditPart("detection", "drop", "client-notification", why));
            await reply.AcceptAsync(exchange, cancellation).ConfigureAwait(false);
            return;
        }

        life.Expect(exchange.Server.FirstByte, "limits.firstByte");
        life.HasSent = true;
        var sent = System.Diagnostics.Stopwatch.GetTimestamp();
        var upstream = await parts.Forward.SendAsync(exchange, cancellation).ConfigureAwait(false);
        parts.Measures.Record(ForwardStage.Name, sent);
        await using (upstream.ConfigureAwait(false))
        {
            if (upstream.Kind != UpstreamReplyKind.Stream) life.Expect(TimeSpan.Zero);
            await begun.ConfigureAwait(false);
            exchange.Record.Check(ForwardStage.Name, passed: true);
            await RelayAsync(exchange, reply, upstream, life, cancellation).ConfigureAwait(false);
        }

        // A server may refuse to end a session (405); then it goes on.
        if (exchange is { Session: { } session, Head.Verb: "DELETE", Record.Status: < 300 }) await parts.Sessions.EndAsync(session).ConfigureAwait(false);
    }

    private ValueTask RelayAsync(Exchange exchange, IReply reply, IUpstreamReply upstream, ExchangeLife life, CancellationToken cancellation) =>
        upstream.Kind switch
        {
            UpstreamReplyKind.Accepted => reply.AcceptAsync(exchange, cancellation),
            UpstreamReplyKind.Status => reply.StatusAsync(exchange, upstream.Status, cancellation),
            _ when exchange.Message?.Method == "initialize" => RelayInitializeAsync(exchange, reply, upstream, cancellation),
            UpstreamReplyKind.Single => RelaySingleAsync(exchange, reply, upstream, cancellation),
            _ => RelayStreamAsync(exchange, reply, upstream, life, cancellation),
        };

    private async ValueTask RelaySingleAsync(
        Exchange exchange, IReply reply, IUpstreamReply upstream, CancellationToken cancellation)
    {
        var item = await upstream.NextAsync(cancellation).ConfigureAwait(false);
        if (item?.Message is not { } message) throw new RefusalException(Reasons.UpstreamEnded, "no message");
        var verdict = await JudgeAsync(exchange, message, cancellation).ConfigureAwait(false);
        if (verdict.Message is null) throw new RefusalException(verdict.Refusal ?? new Refusal(Reasons.UpstreamFault, verdict.Dropped));
        exchange.Record.Check("inspect-response", passed: true);
        Count(exchange, verdict.Message);
        await parts.Record.EndBeforeReplyAsync(exchange).ConfigureAwait(false);
        if (exchange is { Session: { } session, Message: { } request }) session.Live.Forget(request.Id); // no event id, so no stream to resume
        await reply.SendSingleAsync(exchange, verdict.Message, upstream.Status, cancellation).ConfigureAwait(false);
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
            exchange.Record.Check("inspect-response", passed: true);
            Count(exchange, verdict.Message);
            if (message.Kind == MessageKind.Result) parts.Forward.NoteSession(exchange, upstream);
            await SessionStart.BindAsync(exchange, reply, upstream, verdict.Message, parts.Sessions).ConfigureAwait(false);
            await reply.SendSingleAsync(exchange, verdict.Message, upstream.Status, cancellation).ConfigureAwait(false);
            return;
        }

        throw new RefusalException(Reasons.UpstreamEnded, "no answer to initialize");
    }

    private async ValueTask RelayStreamAsync(
        Exchange exchange, IReply reply, IUpstreamReply upstream, ExchangeLife life, CancellationToken cancellation)
    {
        await reply.OpenStreamAsync(exchange, cancellation).ConfigureAwait(false);
        if (upstream.Gap is { } gap && await EndsByAsync(gap, exchange, reply).ConfigureAwait(false)) return;
        var gate = new NotificationGate(upstream, exchange, time);
        var answered = false;
        while (!answered && await NextAsync(gate, upstream, cancellation).ConfigureAwait(false) is { } item)
        {
            using var heard = life.Hear(exchange.Server.Idle);
            if (item.Message is not { } message)
            {
                await reply.SendEventAsync(exchange, item, cancellation).ConfigureAwait(false);
                continue;
            }

            var verdict = await JudgeAsync(exchange, message, cancellation).ConfigureAwait(false);
            if (verdict.Refusal is not null) throw new RefusalException(verdict.Refusal);
            if (verdict.Message is null)
            {
                if (message.Kind == MessageKind.Request) await upstream.RejectAsync(message.Id, verdict.ByPolicy, cancellation).ConfigureAwait(false);
                continue;
            }

            // T27: the final response ends the stream, whatever the server sends after it.
            answered = (exchange.Message ?? (object?)exchange.Resume) is not null && verdict.Message.Kind is MessageKind.Result or MessageKind.Error;
            Count(exchange, verdict.Message);
            if (answered)
            {
                exchange.Record.Check("inspect-response", passed: true);
                await parts.Record.EndBeforeReplyAsync(exchange).ConfigureAwait(false);
            }

            await reply.SendEventAsync(exchange, item with { Message = verdict.Message }, cancellation).ConfigureAwait(false);
        }
    }

    // ST-02: a client that waits for an answer that no longer can come would wait for ever. It is told by the error of its own request, as
    // often as it comes back; nothing can follow an answer on the stream of its request. Lost notifications are in the event alone.
    private static async ValueTask<bool> EndsByAsync(StreamGap gap, Exchange exchange, IReply reply)
    {
        var bound = gap.IsExact ? "sessions.replayEvents, sessions.replayBytes" : "sessions.replayEvents, sessions.replayBytes: at least";
        exchange.Record.Add(new AuditPart("limit", "gap", gap.AnswerIsLost ? Reasons.AnswerLost.Slug : "messages-lost", bound, gap.Lost));
        if (!gap.AnswerIsLost) return false;
        if (exchange is { Resume: { } resume, Session: { } session } && session.Live.AwaitedOn(resume.Stream) is { } awaited)
        {
            var refusal = new Refusal(Reasons.AnswerLost);
            exchange.Record.Refusal = refusal;
            await reply.RefuseAsync(exchange.InPlaceOf(awaited), refusal, CancellationToken.None).ConfigureAwait(false);
        }

        return true;
    }

    private async ValueTask<ResponseVerdict> JudgeAsync(Exchange exchange, ProvenMessage message, CancellationToken cancellation)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var verdict = await parts.InspectResponse.JudgeAsync(exchange, message, cancellation).ConfigureAwait(false);
        parts.Measures.Record("inspect-response", started);
        return verdict;
    }

    private ValueTask<UpstreamEvent?> NextAsync(NotificationGate gate, IUpstreamReply upstream, CancellationToken cancellation) =>
        parts.UnpacedForRange ? upstream.NextAsync(cancellation) : gate.NextAsync(cancellation);

    private void Count(Exchange exchange, ProvenMessage message)
    {
        if (exchange.IsCharged && parts.Quotas.CountBytes(exchange, message.Bytes.Length) is { } spent) throw new RefusalException(spent);
        var record = exchange.Record;
        record.MessagesOut++;
        record.BytesOut += message.Bytes.Length;
        if (message.Kind == MessageKind.Notification) record.Notifications++;
    }

    private async Task EndAsync(Exchange exchange, IReply reply, Refusal? refusal)
    {
        if (refusal is not null)
        {
            exchange.Record.Refusal = refusal;
            if (IsOfALimit(refusal.Reason)) exchange.Record.Add(new AuditPart("limit", "deny", refusal.Reason.Slug, refusal.Detail));
            else if (IsOfAServer(refusal.Reason) && refusal.Detail is not null) exchange.Record.Add(new AuditPart("forward", "deny", refusal.Reason.Slug, refusal.Detail));
            // The server does not know the session any more: neither do we, so that it is not listed as living.
            if (refusal.Reason == Reasons.SessionUnknown && exchange.Session is { } gone) await parts.Sessions.EndAsync(gone).ConfigureAwait(false);
            try
            {
                await reply.RefuseAsync(exchange, refusal, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
            {
                exchange.Record.Add(new AuditPart("limit", "drop", "client-gone"));
            }
        }

        var ending = System.Diagnostics.Stopwatch.GetTimestamp();
        parts.Record.End(exchange);
        parts.Measures.Record(RecordStage.Name, ending);
        parts.Measures.Count(exchange);
    }

    // Their words for the caller say little; the event names the limit. What the limit stage refuses it notes itself.
    private static bool IsOfALimit(Reason reason) =>
        reason == Reasons.TooBusy || reason == Reasons.CallerPartSpent || reason == Reasons.OwnSessionsBusy || reason == Reasons.UpstreamTimeout || reason == Reasons.UpstreamBusy || reason == Reasons.UpstreamResting;

    // What went wrong behind the gateway, which the caller is not told: without it in the event nobody could find the cause.
    private static bool IsOfAServer(Reason reason) => reason == Reasons.DefinitionMissing || reason.Stage == ForwardStage.Name;

    private static bool RequireComplete(PipelineParts parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var faults = parts.FindFaults();
        return faults.Count == 0 ? true : throw new InvalidOperationException(string.Join("; ", faults));
    }
}
