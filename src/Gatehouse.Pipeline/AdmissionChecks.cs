using Gatehouse.Audit;
using Gatehouse.Pipeline.Confirmations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Quarantine;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline;

/// <summary>
/// The work of the steps between inspect-request and forward; <see cref="AdmissionSteps"/> has their order. A check that does not wait is a plain
/// call: most exchanges wait for the log and the server only.
/// </summary>
internal sealed class AdmissionChecks(PipelineParts parts, IExchangeRegistry registry, StageRunner stages, MessageRelay relay)
{
    private readonly LaterDecisions decisions = new(parts, registry, stages);

    /// <summary>Takes the answer to a question of the gateway. Of several answers to one question the first counts.</summary>
    public static ValueTask<Admission> AnswerOwnQuestion(ExchangeRun run)
    {
        var exchange = run.Exchange;
        if (exchange.Questions.AnsweredOwn is not { } question) return default;
        var choice = ConfirmationForm.ReadResponse(exchange.Message!);
        if (!question.TryAnswer(choice)) return new(Admission.Of(new Refusal(Reasons.UnexpectedResponse)));
        exchange.Record.Add(new AuditPart(AuditPartKind.Approval, AuditOutcome.Removed, "confirmation-answer", ConfirmationForm.WordOf(choice)));
        return AcceptAsync(run);
    }

    /// <summary>Accepts a notification that a rule dropped.</summary>
    public static ValueTask<Admission> AcceptDropped(ExchangeRun run) => run.Exchange.Dropped is null ? default : AcceptAsync(run);

    /// <summary>Marks the session as used, and the request as in flight (T37).</summary>
    /// <exception cref="RefusalException"><see cref="Reasons.DuplicateId"/>.</exception>
    public static ValueTask<Admission> BeginRequest(ExchangeRun run)
    {
        run.BeginRequest();
        return default;
    }

    /// <summary>
    /// Has a message decided that a rule changed (design rule 1). This happens once: no rule changes it afterwards.
    /// </summary>
    public ValueTask<Admission> DecideEdited(ExchangeRun run) =>
        run.Exchange.IsToBeDecidedAgain ? Admission.Of(decisions.AuthorizeAsync(run, isReleased: false)) : default;

    /// <summary>Has an exchange decided by the newest snapshot that was held while the snapshot changed (design rule 7).</summary>
    public ValueTask<Admission> DecideHeld(ExchangeRun run) =>
        run.WasHeldOver(parts.Snapshots.Current) ? Admission.Of(decisions.ByNewestAsync(run, isReleased: false)) : default;

    /// <summary>Refuses an exchange that is contained.</summary>
    public ValueTask<Admission> DecideContained(ExchangeRun run) => Admission.Of(decisions.OnContainment(run));

    /// <summary>
    /// Answers with a result that a person released for this call. All other stages have judged the call by the rules of now, and the rules for
    /// answers judge the result.
    /// </summary>
    public ValueTask<Admission> AnswerReleased(ExchangeRun run) =>
        run.Exchange.Subject is { } caller && parts.Quarantine.MayHold(caller) && QuarantinedKinds.IsAnswered(run.Exchange)
            ? AnswerReleasedAsync(run) : default;

    /// <summary>Runs the stage that asks a person.</summary>
    public ValueTask<Admission> Approve(ExchangeRun run) => Admission.Of(stages.RunAsync(run, parts.Approve));

    /// <summary>Has an exchange decided by the newest snapshot about which a person was asked (design rule 7).</summary>
    public ValueTask<Admission> DecideApproved(ExchangeRun run) =>
        run.Exchange.Questions.All.Count > 0 ? Admission.Of(decisions.ByNewestAsync(run, isReleased: true)) : default;

    /// <summary>Waits for a place at the server. A stream takes none.</summary>
    public ValueTask<Admission> WaitForTurn(ExchangeRun run)
    {
        if (run.IsStream) return default;
        var waiting = registry.WaitForTurnAsync(run.Exchange, run.Token);
        if (!waiting.IsCompletedSuccessfully) return WaitForTurnAsync(run, waiting);
        run.Turn = waiting.Result;
        return default;
    }

    /// <summary>Notes the caller's view of lists, by which later notifications of a change are judged.</summary>
    public ValueTask<Admission> NoteLists(ExchangeRun run) => Admission.After(parts.InspectResponse.BeginAsync(run.Exchange, run.Token));

    /// <summary>Makes the begun entry durable (AU-01), unless it is there.</summary>
    public ValueTask<Admission> RecordBegun(ExchangeRun run) => Admission.After(RecordBegunAsync(run.Exchange));

    /// <summary>Accepts a notification of the client that no server has to get.</summary>
    public ValueTask<Admission> AcceptNotice(ExchangeRun run)
    {
        if (parts.ClientNotices(run.Exchange, registry) is not { } why) return default;
        run.Exchange.Record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Drop, "client-notification", why));
        return AcceptAsync(run);
    }

    /// <summary>Refuses an exchange that a right for a time permitted, once the time is over.</summary>
    public static ValueTask<Admission> RequireAccess(ExchangeRun run) =>
        run.Exchange is { Subject: { } caller, Decision.RuleId: { } rule } exchange && !exchange.Snapshot.Policy.HasAccess(caller, rule)
            ? new(Admission.Of(new Refusal(Reasons.RightWithdrawn, "while it waited for its turn"))) : default;

    /// <summary>Uses the approval up.</summary>
    public ValueTask<Admission> SpendApproval(ExchangeRun run) => Admission.Of(parts.Approve.CommitAsync(run.Exchange, run.Token));

    private static async ValueTask<Admission> AcceptAsync(ExchangeRun run)
    {
        await run.Reply.AcceptAsync(run.Exchange, run.Token).ConfigureAwait(false);
        return Admission.Answered;
    }

    private static async ValueTask<Admission> WaitForTurnAsync(ExchangeRun run, ValueTask<IDisposable> waiting)
    {
        run.Turn = await waiting.ConfigureAwait(false);
        return Admission.Pass;
    }

    private async ValueTask<Admission> AnswerReleasedAsync(ExchangeRun run)
    {
        var exchange = run.Exchange;
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
            return Admission.Answered;
        }

        return Admission.Pass;
    }

    private ValueTask RecordBegunAsync(Exchange exchange) => exchange.Record.HasBegun ? default : parts.Record.BeginAsync(exchange);
}
