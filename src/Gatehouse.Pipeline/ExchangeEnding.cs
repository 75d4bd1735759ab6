using System.Diagnostics;
using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Forward;
using Gatehouse.Pipeline.Recording;
using Gatehouse.Pipeline.Records;
using Gatehouse.Pipeline.Relaying;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline;

/// <summary>The end of every exchange: its refusal to the client, what it held, and its entry in the log.</summary>
internal sealed class ExchangeEnding(PipelineParts parts, TimeProvider time, Action<string, Exception> fault)
{
    /// <summary>Returns the refusal for an exception that ended the exchange; null where it ends without one.</summary>
    public Refusal? RefusalFor(ExchangeRun run, Exception e)
    {
        switch (e)
        {
            case RefusalException refused:
                return run.Life.IsContained ? new Refusal(Reasons.Contained) : refused.Refusal;
            case OperationCanceledException:
                var refusal = run.Life.WhyEnded();
                if (run.Life.IsAnsweredElsewhere)
                    run.Exchange.Record.AddEnd(new AuditPart(AuditPartKind.Forward, AuditOutcome.Join, "answered-on-another-stream"));
                return refusal;
            default:
                fault(run.Exchange.Record.Id, e);
                return new Refusal(Reasons.InternalFault, e.GetType().Name);
        }
    }

    /// <summary>Ends the exchange. Does not throw for anything that a client or server can do.</summary>
    /// <param name="run">The exchange.</param>
    /// <param name="refusal">The reason why it was refused; null where it was answered, or its client left.</param>
    public async ValueTask EndAsync(ExchangeRun run, Refusal? refusal)
    {
        var exchange = run.Exchange;
        if (refusal?.Reason == Reasons.Contained) refusal = NoteContained(run, refusal);
        if (refusal is not null) EndAwaited(exchange, run.Reply, refusal);
        if (exchange is { Questions.AnsweredServers: { } question, Session: { } session })
        {
            if (refusal is not null && !MayHaveReached(run, refusal.Reason)) session.Live.Questions.PutBack(question);
            else session.Live.Questions.Close(question);
        }

        if (exchange.IsCharged) parts.Quotas.Release(exchange);
        exchange.Record.CloseCounts();
        if (refusal is not null) await RefuseAsync(exchange, run.Reply, refusal).ConfigureAwait(false);
        var ending = Stopwatch.GetTimestamp();
        parts.Record.End(exchange);
        parts.Measures.Record(RecordStage.Name, ending);
        parts.Measures.Count(exchange);
        if (refusal is not null && run.Life.LeavesServerWaiting(refusal)) await ForwardStage.AbandonAsync(exchange, refusal).ConfigureAwait(false);
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

    // Answered by the gateway. A client that resumes the stream of the request gets the refusal there; without a stream there is nothing to resume.
    private static void EndAwaited(Exchange exchange, IReply reply, Refusal refusal)
    {
        if (exchange is not { Session.Live: { } live, Message.Kind: MessageKind.Request }) return;
        if (reply.HasStarted && !refusal.IsTakenBack) live.Awaited.Fail(exchange.Record.Id, refusal);
        else live.Awaited.Forget(exchange.Record.Id);
    }

    // The client may send an answer again that did not reach the server: the refusal asks for that.
    private static bool MayHaveReached(ExchangeRun run, Reason why) => run.Life.HasSent && why != Reasons.UpstreamBusy
        && why != Reasons.UpstreamResting && why != Reasons.UpstreamBackoff && why != Reasons.UpstreamUnreachable;

    private async ValueTask RefuseAsync(Exchange exchange, IReply reply, Refusal refusal)
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
}
