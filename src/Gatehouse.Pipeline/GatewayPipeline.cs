using Gatehouse.Audit;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Confirmations;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Forward;
using Gatehouse.Pipeline.Inspection.Requests;
using Gatehouse.Pipeline.Quarantine;
using Gatehouse.Pipeline.Recording;
using Gatehouse.Pipeline.Records;
using Gatehouse.Pipeline.Relaying;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline;

/// <summary>
/// The flow of every exchange: accept → authenticate → validate → session → resolve → authorize → limit → inspect request → approve → forward →
/// inspect response, with record around all of them.
/// </summary>
public sealed class GatewayPipeline
{
    private readonly PipelineParts parts;
    private readonly Step[] steps;
    private readonly MessageRelay relay;
    private readonly IExchangeRegistry registry;
    private readonly TimeProvider time;
    private readonly Action<string, Exception> fault;

    /// <summary>Builds the pipeline.</summary>
    /// <param name="parts">The stages.</param>
    /// <param name="registry">Exchanges in progress.</param>
    /// <param name="time">The clock.</param>
    /// <param name="fault">Receives the exchange id and the exception of an internal fault.</param>
    /// <exception cref="InvalidOperationException">A security stage is missing: the message names each.</exception>
    public GatewayPipeline(PipelineParts parts, IExchangeRegistry registry, TimeProvider time, Action<string, Exception> fault)
        : this(parts, registry, time, fault, RequireComplete(parts))
    {
    }

    private GatewayPipeline(
        PipelineParts parts, IExchangeRegistry registry, TimeProvider time, Action<string, Exception> fault, bool complete)
    {
        this.parts = parts;
        this.registry = registry;
        this.time = time;
        this.fault = fault;
        IsComplete = complete;
        relay = new MessageRelay(parts, time);
        steps =
        [
            new(parts.Accept, static run => run.OnAccepted()),             // only headers: no body is read for an unknown caller
            new(parts.Authenticate, static run => run.OnAuthenticated()), // before the first byte of the body
            new(parts.Validate, static run => run.OnValidated()),          // before any later stage relies on the content of the message
            new(parts.Session, static run => run.OnSessionKnown()),        // needs the caller, and determines the revision
            new(parts.Resolve),                                           // so that the decision is about the message that is forwarded
            new(parts.Authorize),                                         // needs all of the above
            // only permitted messages are charged, and only those within limits are inspected
            new(parts.Limit),
            new(parts.InspectRequest),                                    // the most expensive, so only for permitted messages
        ];
    }

    /// <summary>False only for a pipeline of the range with a double in it.</summary>
    public bool IsComplete { get; }

    /// <summary>Builds the pipeline of a host; it is incomplete if the range replaced parts.</summary>
    internal static GatewayPipeline Of(PipelineParts parts, IExchangeRegistry registry, TimeProvider time, Action<string, Exception> fault) =>
        parts.Replaced.Count == 0 ? new(parts, registry, time, fault) : new(parts, registry, time, fault, complete: false);

    /// <summary>The sessions that the stages open; the transport seals event ids with the same object.</summary>
    internal ISessions Sessions => parts.Sessions;

    /// <summary>Names of the stages in order, as <c>gatehouse pipeline show</c> prints them.</summary>
    public static IReadOnlyList<string> StageNames { get; } =
        ["accept", "authenticate", "validate", "session", "resolve", "authorize", "limit", "inspect-request", "approve", "forward",
            "inspect-response", "record"];

    /// <summary>Runs one exchange to its end. Does not throw for anything that a client or server can do.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="reply">The client's side.</param>
    /// <param name="clientGone">Signalled when the client closed its connection.</param>
    public async Task RunAsync(Exchange exchange, IReply reply, CancellationToken clientGone)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(reply);
        using var span = PipelineTelemetry.Start(exchange);
        using var run = new ExchangeRun(exchange, reply, time, fault, clientGone);
        using var conversation = new ConversationHold(parts.Conversations, exchange);
        Refusal? refusal;
        try
        {
            run.Enter(registry);
            refusal = await RunStagesAsync(run).ConfigureAwait(false) ?? await ApproveAndForwardAsync(run).ConfigureAwait(false);
        }
        catch (RefusalException e)
        {
            refusal = run.Life.IsContained ? new Refusal(Reasons.Contained) : e.Refusal;
        }
        catch (OperationCanceledException)
        {
            refusal = run.Life.WhyEnded();
            if (run.Life.IsAnsweredElsewhere)
                exchange.Record.AddEnd(new AuditPart(AuditPartKind.Forward, AuditOutcome.Join, "answered-on-another-stream"));
        }
        catch (Exception e)
        {
            fault(exchange.Record.Id, e);
            refusal = new Refusal(Reasons.InternalFault, e.GetType().Name);
        }

        if (refusal?.Reason == Reasons.Contained) refusal = NoteContained(run, refusal);
        if (refusal is not null) EndAwaited(exchange, reply, refusal);
        if (exchange is { AnsweredServerQuestion: { } question, Session: { } session })
        {
            if (refusal is not null && !MayHaveReached(run, refusal.Reason)) session.Live.Questions.PutBack(question);
            else session.Live.Questions.Close(question);
        }

        if (exchange.IsCharged) parts.Quotas.Release(exchange);
        exchange.Record.CloseCounts();
        await EndAsync(exchange, reply, refusal).ConfigureAwait(false);
        if (refusal is not null && run.Life.LeavesServerWaiting(refusal)) await ForwardStage.AbandonAsync(exchange, refusal).ConfigureAwait(false);
        PipelineTelemetry.Finish(span, exchange, parts.Pseudonyms);
    }

    // The client may send an answer again that did not reach the server: the refusal asks for that.
    private static bool MayHaveReached(ExchangeRun run, Reason why) => run.Life.HasSent && why != Reasons.UpstreamBusy
        && why != Reasons.UpstreamResting && why != Reasons.UpstreamBackoff && why != Reasons.UpstreamUnreachable;

    private async ValueTask<Refusal?> RunStagesAsync(ExchangeRun run)
    {
        foreach (var step in steps)
        {
            if (await RunStageAsync(run, step.Stage).ConfigureAwait(false) is { } refusal) return refusal;
            step.Then?.Invoke(run);
        }

        return null;
    }

    // Most stages complete synchronously and need no state machine.
    private ValueTask<Refusal?> RunStageAsync(ExchangeRun run, IStage stage)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var judging = stage.RunAsync(run.Exchange, run.Token);
        return judging.IsCompletedSuccessfully ? new(Note(run, stage, started, judging.Result)) : WaitForStageAsync(run, stage, started, judging);
    }

    private async ValueTask<Refusal?> WaitForStageAsync(ExchangeRun run, IStage stage, long started, ValueTask<StageOutcome> judging)
    {
        var outcome = judging.IsCompleted || !MayHold(stage)
            ? await judging.ConfigureAwait(false)
            : await run.HoldAsync(judging.AsTask(), isApproval: ReferenceEquals(stage, parts.Approve)).ConfigureAwait(false);
        return Note(run, stage, started, outcome);
    }

    private Refusal? Note(ExchangeRun run, IStage stage, long started, in StageOutcome outcome)
    {
        parts.Measures.Record(stage.Name, started);
        run.Exchange.Record.Check(stage.Name, outcome.Refusal is null);
        return outcome.Refusal;
    }

    // A rule or an approval may take as long as a person does. Every other stage waits only for machines, each with its own limit.
    private bool MayHold(IStage stage) => ReferenceEquals(stage, parts.InspectRequest) || ReferenceEquals(stage, parts.Approve);

    private async ValueTask<Refusal?> ApproveAndForwardAsync(ExchangeRun run)
    {
        var exchange = run.Exchange;
        if (exchange.AnsweredQuestion is not null) return await AnswerOwnAsync(run).ConfigureAwait(false);
        if (exchange.Dropped is not null)
        {
            await run.Reply.AcceptAsync(exchange, run.Token).ConfigureAwait(false);
            return null;
        }

        using var underWay = InFlightRequest.Begin(exchange);
        if (await DecideAgainAsync(run).ConfigureAwait(false) is { } denied) return denied;
        if (await DecideHeldAsync(run).ConfigureAwait(false) is { } withdrawn) return withdrawn;
        if (await DecideContainedAsync(run).ConfigureAwait(false) is { } contained) return contained;
        if (await AnswerReleasedAsync(run).ConfigureAwait(false)) return null;
        if (await ApproveAsync(run).ConfigureAwait(false) is { } refused) return refused;
        return await ForwardAsync(run).ConfigureAwait(false);
    }

    // The answer is the gateway's own: no server gets it. Of several answers to one question the first counts.
    private static async ValueTask<Refusal?> AnswerOwnAsync(ExchangeRun run)
    {
        var exchange = run.Exchange;
        var choice = ConfirmationForm.ReadResponse(exchange.Message!);
        if (!exchange.AnsweredQuestion!.TryAnswer(choice)) return new Refusal(Reasons.UnexpectedResponse);
        exchange.Record.Add(new AuditPart(AuditPartKind.Approval, AuditOutcome.Removed, "confirmation-answer", ConfirmationForm.WordOf(choice)));
        await run.Reply.AcceptAsync(exchange, run.Token).ConfigureAwait(false);
        return null;
    }

    // Design rule 1: a message that a rule changed is decided in the form in which it is forwarded. This happens once: no rule changes it afterwards.
    private ValueTask<Refusal?> DecideAgainAsync(ExchangeRun run) => run.Exchange.IsToBeDecidedAgain ? AuthorizeAgainAsync(run) : default;

    // The decision may have found another definition, of another tool or of the newest catalogue. The rules for the form of the message apply to that
    // definition. To a message that a person released under an earlier configuration, the rules for its content apply as well.
    private async ValueTask<Refusal?> AuthorizeAgainAsync(ExchangeRun run, bool isReleased = false)
    {
        if (await RunStageAsync(run, parts.Authorize).ConfigureAwait(false) is { } denied) return denied;
        return parts.InspectRequest is InspectRequestStage inspection && run.Exchange.Message is { } message
            ? await inspection.Inspector.JudgeAgainAsync(run.Exchange, message, isReleased, run.Token).ConfigureAwait(false)
            : null;
    }

    // Design rule 7: a right may be withdrawn while an exchange is held. An exchange that was held while the snapshot changed, or that waited for an
    // approval, is decided again by the newest snapshot. The first comes before the question, so that the newest rules ask it.
    private ValueTask<Refusal?> DecideHeldAsync(ExchangeRun run) =>
        run.WasHeldOver(parts.Snapshots.Current) ? DecideByNewestAsync(run, isReleased: false) : default;

    // An exchange keeps the snapshot that it began with. A containment that came since is either found here, or finds the exchange. Its rules forbid
    // more than its names say, so that a request is also decided by the newest ones. The register is asked last.
    private async ValueTask<Refusal?> DecideContainedAsync(ExchangeRun run)
    {
        var exchange = run.Exchange;
        if (parts.Containments.IsAny && exchange.Message is { Kind: MessageKind.Request }
            && parts.Snapshots.Current.Generation != exchange.Snapshot.Generation
            && await DecideByNewestAsync(run, isReleased: false).ConfigureAwait(false) is { } denied) return denied;
        return parts.Containments.Find(exchange) is { } containment ? new Refusal(Reasons.Contained, containment) : null;
    }

    // A result that a person released answers in place of the server. Nothing is carried out, so that no person is asked about the call and no grant
    // is used. All other stages have judged the call by the rules of now, and the rules for answers judge the result.
    private async ValueTask<bool> AnswerReleasedAsync(ExchangeRun run)
    {
        var exchange = run.Exchange;
        if (exchange.Subject is not { } caller || !parts.Quarantine.MayHold(caller) || !QuarantinedKinds.IsAnswered(exchange)) return false;
        // Another call may take the one that was found. Then a further one may wait.
        string? before = null;
        while (await parts.Quarantine.FindAsync(exchange, run.Token).ConfigureAwait(false) is { } id && id != before)
        {
            if (before is null)
            {
                await parts.InspectResponse.BeginAsync(exchange, run.Token).ConfigureAwait(false);
                await RecordBegunAsync(exchange).ConfigureAwait(false);
            }

            before = id;
            if (await parts.Quarantine.TakeAsync(exchange, id, run.Token).ConfigureAwait(false) is not { } released) continue;
            await relay.RelayReleasedAsync(run, released).ConfigureAwait(false);
            return true;
        }

        return false;
    }

    // Not async: a state machine here would be one more object for each exchange that waits for the disk.
    private ValueTask RecordBegunAsync(Exchange exchange) => exchange.Record.HasBegun ? default : parts.Record.BeginAsync(exchange);

    private async ValueTask<Refusal?> ApproveAsync(ExchangeRun run)
    {
        var asks = run.Exchange.Questions.Count > 0;
        var refusal = await RunStageAsync(run, parts.Approve).ConfigureAwait(false);
        return refusal is not null || !asks ? refusal : await DecideByNewestAsync(run, isReleased: true).ConfigureAwait(false);
    }

    private async ValueTask<Refusal?> DecideByNewestAsync(ExchangeRun run, bool isReleased)
    {
        var (exchange, newest) = (run.Exchange, parts.Snapshots.Current);
        var isChanged = newest.Generation != exchange.Snapshot.Generation;
        if (!exchange.TryAdopt(newest) || !registry.MayContinue(exchange)) return new Refusal(Reasons.RightWithdrawn, "while it was held");
        return await AuthorizeAgainAsync(run, isReleased && isChanged).ConfigureAwait(false);
    }

    // The approval is used up last: a full queue or a full log uses none, and whatever fails from here on uses it once.
    private ValueTask<Refusal?> CommitApprovalAsync(ExchangeRun run) =>
        parts.Approve is ApproveStage approve ? approve.CommitAsync(run.Exchange, run.Token) : default;

    private async ValueTask<Refusal?> ForwardAsync(ExchangeRun run)
    {
        var (exchange, reply, life, cancellation) = (run.Exchange, run.Reply, run.Life, run.Token);
        using var turn = run.IsStream ? null : await registry.WaitForTurnAsync(exchange, cancellation).ConfigureAwait(false);
        await parts.InspectResponse.BeginAsync(exchange, cancellation).ConfigureAwait(false);
        await RecordBegunAsync(exchange).ConfigureAwait(false);
        if (parts.ClientNotices(exchange, registry) is { } why)
        {
            exchange.Record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Drop, "client-notification", why));
            await reply.AcceptAsync(exchange, cancellation).ConfigureAwait(false);
            return null;
        }

        if (await DecideContainedAsync(run).ConfigureAwait(false) is { } contained) return contained;
        if (HasLostAccess(exchange)) return new Refusal(Reasons.RightWithdrawn, "while it waited for its turn");
        if (await CommitApprovalAsync(run).ConfigureAwait(false) is { } outdated) return outdated;
        life.Expect(exchange.Server.FirstByte, "limits.firstByte");
        life.HasSent = true;
        var sent = System.Diagnostics.Stopwatch.GetTimestamp();
        var upstream = await parts.Forward.SendAsync(exchange, cancellation).ConfigureAwait(false);
        parts.Measures.Record(ForwardStage.Name, sent);
        await using (upstream.ConfigureAwait(false))
        {
            if (upstream.Kind != UpstreamReplyKind.Stream) life.Expect(TimeSpan.Zero);
            exchange.Record.Check(ForwardStage.Name, passed: true);
            await relay.RelayAsync(run, upstream).ConfigureAwait(false);
        }

        // If the server declines to end a session, the session continues.
        if (exchange is { Session: { } session, Intent: ExchangeIntent.EndSession } && upstream.Kind == UpstreamReplyKind.SessionEnded)
            await parts.Sessions.EndAsync(session).ConfigureAwait(false);
        return null;
    }

    // A right for a time may have ended since the decision.
    private static bool HasLostAccess(Exchange exchange) => exchange is { Subject: { } caller, Decision: { RuleId: { } rule } }
        && !exchange.Snapshot.Policy.HasAccess(caller, rule);

    // Answered by the gateway. A client that resumes the stream of the request gets the refusal there; without a stream there is nothing to resume.
    private static void EndAwaited(Exchange exchange, IReply reply, Refusal refusal)
    {
        if (exchange is not { Session.Live: { } live, Message.Kind: MessageKind.Request }) return;
        if (reply.HasStarted && !refusal.IsTakenBack) live.Awaited.Fail(exchange.Record.Id, refusal);
        else live.Awaited.Forget(exchange.Record.Id);
    }

    // The record says which containment it was, and that the server may have carried out a request that it had.
    private Refusal NoteContained(ExchangeRun run, Refusal refusal)
    {
        var exchange = run.Exchange;
        if (run.Life.LeavesServerWaiting(refusal) && exchange is { Upstream: not null, Message.Kind: MessageKind.Request })
            exchange.Record.AddEnd(new AuditPart(AuditPartKind.Forward, AuditOutcome.Gap, "outcome-unknown"));
        if ((refusal.Detail ?? parts.Containments.Find(exchange)) is not { } containment) return refusal; // released meanwhile, or a handle
        var rule = ContainmentRuleIds.Of(containment);
        if (exchange.Record.Parts.All(known => known.Words != rule)) // the policy may have named it already
            exchange.Record.AddEnd(new AuditPart(AuditPartKind.Decision, AuditOutcome.Deny, Reasons.Contained.Slug, rule));
        return refusal with { Detail = containment };
    }

    private async Task EndAsync(Exchange exchange, IReply reply, Refusal? refusal)
    {
        if (refusal is not null)
        {
            exchange.Record.Refusal = refusal;
            if (IsLimit(refusal.Reason))
                exchange.Record.Add(new AuditPart(AuditPartKind.Limit, AuditOutcome.Deny, refusal.Reason.Slug, refusal.Detail));
            else if (IsServerFault(refusal.Reason) && refusal.DetailAndWords is not null)
            {
                exchange.Record.Add(
                    new AuditPart(AuditPartKind.Forward, AuditOutcome.Deny, refusal.Reason.Slug, refusal.Detail) { Words = refusal.Words });
            }

            // The server ended the session. The gateway's session ends with it, so that it is not listed as open.
            if (refusal.Reason == Reasons.SessionUnknown && exchange.Session is { } gone) await parts.Sessions.EndAsync(gone).ConfigureAwait(false);
            try
            {
                exchange.OwnAnswer = await OwnAnswerAsync(exchange, refusal).ConfigureAwait(false);
                await parts.Refusals(reply, exchange, refusal, time).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
            {
                exchange.Record.Add(new AuditPart(AuditPartKind.Limit, AuditOutcome.Drop, "client-gone"));
            }
        }

        var ending = System.Diagnostics.Stopwatch.GetTimestamp();
        parts.Record.End(exchange);
        parts.Measures.Record(RecordStage.Name, ending);
        parts.Measures.Count(exchange);
    }

    // A refusal without a message has no place for a receipt.
    private async ValueTask<ReadOnlyMemory<byte>?> OwnAnswerAsync(Exchange exchange, Refusal refusal) =>
        exchange is { Receipt: not null, Message.Kind: MessageKind.Request } && parts.RefusalBody is { } body
            && !refusal.IsTakenBack && refusal.Reason.Shape != ReplyShape.Empty
            ? await parts.Record.RefuseWithReceiptAsync(exchange, body(exchange, refusal)).ConfigureAwait(false) : null;

    // The caller's text does not name the limit; the event does. The limit stage records its own refusals.
    private static bool IsLimit(Reason reason) =>
        reason == Reasons.TooBusy || reason == Reasons.CallerPartSpent || reason == Reasons.OwnSessionsBusy || reason == Reasons.UpstreamTimeout
            || reason == Reasons.UpstreamBusy || reason == Reasons.UpstreamResting || reason == Reasons.TooManyReceipts
            || reason == Reasons.ApprovalLimit;

    // The caller does not learn the cause of a fault behind the gateway; the event has it.
    private static bool IsServerFault(Reason reason) => reason == Reasons.DefinitionMissing || reason.Stage == ForwardStage.Name;

    private static bool RequireComplete(PipelineParts parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var faults = parts.FindFaults();
        return faults.Count == 0 ? true : throw new InvalidOperationException(string.Join("; ", faults));
    }

    /// <summary>A stage, and the action of the run after the stage let the exchange pass.</summary>
    private readonly record struct Step(IStage Stage, Action<ExchangeRun>? Then = null);
}
