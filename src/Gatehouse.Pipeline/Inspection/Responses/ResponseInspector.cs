using Gatehouse.Audit;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Inspection.Texts;
using Gatehouse.Pipeline.Lists.Responses;
using Gatehouse.Pipeline.Quarantine;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The inspector of messages from servers: each must be the answer to its request, and the client may see all of it. It judges each whole message
/// before a byte of it is released (design rule 8).
/// </summary>
public sealed class ResponseInspector
{
    /// <summary>Name of the stage.</summary>
    internal const string Name = "inspect-response";

    private const string ListChangesName = "list-changes";

    private readonly IListChanges? changes;
    private readonly IResponseRule[] rules;
    private readonly IQuarantine quarantine = NoQuarantine.Instance;

    /// <summary>Builds the inspector with its rules in order.</summary>
    /// <param name="changes">Decides which callers receive notifications of changed lists; null when nothing is hidden from any caller.</param>
    /// <param name="rules">The rules.</param>
    public ResponseInspector(IListChanges? changes, params IResponseRule[] rules)
    {
        this.changes = changes;
        ArgumentNullException.ThrowIfNull(rules);
        if (rules.Length == 0) throw new ArgumentException("an inspector without rules inspects nothing", nameof(rules));
        this.rules = rules;
    }

    private ResponseInspector(IListChanges? changes, IResponseRule[] rules, IQuarantine quarantine)
        : this(changes, rules) => this.quarantine = quarantine;

    private RuleTurns Turns { get; init; } = new(TimeProvider.System);

    /// <summary>The rules, in order.</summary>
    internal IReadOnlyList<IResponseRule> Rules => rules;

    /// <summary>Slugs of the rules, in order.</summary>
    public IReadOnlyList<string> RuleNames => [.. changes is null ? [] : new[] { ListChangesName }, .. rules.Select(r => r.Name)];

    /// <summary>Creates the inspector with the rules of every gateway.</summary>
    /// <param name="catalogue">The lists of servers.</param>
    /// <param name="handles">The handles of tasks and state.</param>
    /// <param name="snapshots">The snapshot in force.</param>
    /// <param name="texts">The inspection of texts, which all pipelines of a process share.</param>
    public static ResponseInspector Standard(ICatalogue catalogue, IStateHandles handles, SnapshotHolder snapshots, TextInspector texts) =>
    new ResponseInspector(
        new ListChanges(catalogue, snapshots), // before the rules: it may ask the server
        new CorrelationRule(),            // first: an unsolicited answer is not worth reading
        new MisplacedTokenRule(),         // before any other rule keeps or reports a part of the message
        new ServerRequestRule(snapshots),           // the requests of servers to clients, before a question is recorded as waiting
        new ServerMessageRule(catalogue), // the messages that servers may send in addition to answers
        new ProgressRule(),               // progress that does not continue what the gateway sent, once it is known to be of the request
        new ResultTypeRule(),             // the kind of the result, and whether the client can accept it
        new TaskRule(catalogue, handles, snapshots), // the owners of the tasks that it names, before any use of them
        new ResponseProtectionRule(texts.Documents, snapshots), // secrets and personal data, before the result is compared with its schema
        new ResultSchemaRule(catalogue, handles), // whether a tool's result matches the tool's schema
        new StateHandleRule(handles),     // handles for later requests are bound to the caller
        new DefinitionRule(),             // instructions, capabilities, server information: before they are reduced for the caller
        new OwnMemberRule(),              // members that only the gateway writes, after definitions were judged as the server wrote them
        new LinkRule(),                   // apps and icons that a client must not open, after definitions were judged as the server wrote them
        new CapabilityRule(catalogue),    // the capabilities that the server offers
        new CacheScopeRule(),             // the caches that may share a result for one caller
        new UpdateRule(snapshots, catalogue),       // the callers that an update of a resource concerns
        new ResponseTextRule(texts, snapshots),     // what the client would read, after every rule that takes something out
        new HiddenNameRule(catalogue),    // searches for every name the server has, after every rule that takes something out
        new MarkRule())                   // last: no other rule reads the marks
    { Turns = texts.Turns };

    /// <summary>Returns the same inspector with each rule replaced by the composed one.</summary>
    internal ResponseInspector With(Func<IListChanges, IListChanges> composeChanges, Func<IResponseRule, IResponseRule> composeRule) =>
        new(changes is null ? null : composeChanges(changes), [.. rules.Select(composeRule)], quarantine) { Turns = Turns };

    /// <summary>Returns the same inspector with a place for results that are withheld. Without one, such a result is blocked.</summary>
    internal ResponseInspector With(IQuarantine kept) => new(changes, rules, kept) { Turns = Turns };

    /// <summary>Fetches the data that is needed to judge the answer of an exchange that begins.</summary>
    public ValueTask BeginAsync(Exchange exchange, CancellationToken cancellation) =>
        changes?.BeginAsync(exchange, cancellation) ?? ValueTask.CompletedTask;

    /// <summary>Judges one message and records the events.</summary>
    public async ValueTask<ResponseVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (changes is null || await changes.ConcernsAsync(exchange, message, cancellation).ConfigureAwait(false))
            return await JudgeByRulesAsync(exchange, message, cancellation).ConfigureAwait(false);
        exchange.Record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Drop, ListChangesName, "not-seen-by-the-caller"));
        return ResponseVerdict.Drop("not-seen-by-the-caller");
    }

    private async ValueTask<ResponseVerdict> JudgeByRulesAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        exchange = AnswerOfAResumedStream(exchange, message);
        var received = message;
        exchange.Work.Begin();
        foreach (var rule in rules)
        {
            var verdict = await Turns.JudgeAsync(rule, exchange, message, cancellation).ConfigureAwait(false);
            if (verdict.Passes && exchange.Work.IsSpent) verdict = TooMuchWork(message);
            if (verdict.Passes && verdict.Edits.Count == 0) continue;
            if (verdict.Passes && Edited(exchange, message, rule, verdict) is { } edited)
            {
                message = edited;
                continue;
            }

            var refused = verdict.Passes ? ResponseVerdict.Refuse(Reasons.ResultRefused, "edits-not-possible") : ResponseVerdict.Of(verdict);
            var reason = refused.Dropped ?? refused.Refusal!.Detail;
            exchange.Record.Add(verdict.Part
                ?? new AuditPart(AuditPartKind.Rule, refused.Dropped is null ? AuditOutcome.Deny : AuditOutcome.Drop, rule.Name, reason)
                { Words = refused.Refusal?.Words });
            return verdict.Withheld is { } findings
                ? await KeepAsync(exchange, received, findings, refused, cancellation).ConfigureAwait(false) : refused;
        }

        return ResponseVerdict.Pass(message);
    }

    private static RuleVerdict TooMuchWork(ValidatedMessage message) => message.Kind switch
    {
        MessageKind.Notification => RuleVerdict.Drop(RuleTurns.TooMuchWork),
        MessageKind.Request => RuleVerdict.Forbid(RuleTurns.TooMuchWork),
        _ => RuleVerdict.Refuse(Reasons.ResultRefused, RuleTurns.TooMuchWork),
    };

    // What is kept are the bytes of the server. Where nothing can be kept, the result is blocked, and the record says why (design rule 10).
    private async ValueTask<ResponseVerdict> KeepAsync(Exchange exchange, ValidatedMessage received, IReadOnlyList<WithheldFinding> findings,
        ResponseVerdict blocked, CancellationToken cancellation)
    {
        var outcome = await quarantine.KeepAsync(exchange, received, findings, cancellation).ConfigureAwait(false);
        var slug = outcome.Id is null ? "not-quarantined" : "quarantined";
        exchange.Record.Add(new AuditPart(AuditPartKind.Rule, AuditOutcome.Deny, slug, outcome.Id ?? outcome.WhyNot));
        return outcome.Id is { } id ? ResponseVerdict.Refuse(new Refusal(Reasons.ResultQuarantined, id) { QuarantineId = id }) : blocked;
    }

    private static ValidatedMessage? Edited(Exchange exchange, ValidatedMessage message, IResponseRule rule, in RuleVerdict verdict)
    {
        var merger = new EditMerger(message);
        merger.Add(verdict.Edits, rule.Name);
        return merger.Apply(exchange.Server.ResponseBytes);
    }

    // L11, L14, F18: a resumed stream may contain the answer to the request that opened it. All rules judge it as that request's answer, as if the
    // stream had never been lost. For any other answer there is no request, and the correlation rule drops it.
    private static Exchange AnswerOfAResumedStream(Exchange exchange, ValidatedMessage message) =>
        message.Kind is MessageKind.Result or MessageKind.Error && exchange is { Message: null, Resume: { } resume, Session: { } session }
            && session.Live.Awaited.Take(message.Id, resume.Stream) is { } awaited
                ? exchange.InPlaceOf(awaited)
                : exchange;
}
