using Gatehouse.Audit;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Resolve;
using Gatehouse.Pipeline.ServerRequests;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// Is the message from the server the answer to what was asked, and may the client see all of it? Runs on each whole
/// message before a byte of it is released (design rule 8).
/// </summary>
public sealed class ResponseInspector
{
    /// <summary>Name of the stage.</summary>
    internal const string Name = "inspect-response";

    private const string ListChangesName = "list-changes";

    private readonly IListChanges? changes;
    private readonly IResponseRule[] rules;

    /// <summary>Builds the inspector with its rules in order.</summary>
    /// <param name="changes">Who is told of changed lists; null where nothing is hidden from anybody.</param>
    /// <param name="rules">The rules.</param>
    public ResponseInspector(IListChanges? changes, params IResponseRule[] rules)
    {
        this.changes = changes;
        ArgumentNullException.ThrowIfNull(rules);
        if (rules.Length == 0) throw new ArgumentException("an inspector without rules inspects nothing", nameof(rules));
        this.rules = rules;
    }

    /// <summary>Slugs of the rules, in order.</summary>
    public IReadOnlyList<string> RuleNames => [.. changes is null ? [] : new[] { ListChangesName }, .. rules.Select(r => r.Name)];

    /// <summary>The rules every gateway has.</summary>
    public static ResponseInspector Standard(ICatalogue catalogue, IStateHandles handles, SnapshotHolder snapshots) => new(
        new ListChanges(catalogue, snapshots), // before the rules: it may ask the server
        new CorrelationRule(),            // first: an answer nobody asked for is not worth reading
        new ServerRequestRule(snapshots),           // what servers may ask of clients, before a question is noted as waiting
        new ServerMessageRule(catalogue), // what servers may say and ask
        new ResultTypeRule(),             // what kind of result it is, and whether the client can take it
        new TaskRule(catalogue, handles, snapshots), // whose tasks it names, before anything is made of them
        new ResultSchemaRule(catalogue, handles), // whether a tool's result fits what the tool declares
        new StateHandleRule(handles),     // what it hands out to continue with is bound to the caller
        new DefinitionRule(),             // instructions, capabilities, server information: before what is made of them for the caller
        new LinkRule(),                   // apps and icons that a client must not open, after definitions were judged as the server wrote them
        new CapabilityRule(catalogue),    // what the server claims to offer
        new CacheScopeRule(),             // who may share what was decided for one caller
        new UpdateRule(snapshots, catalogue),       // whom an update of a resource concerns
        new HiddenNameRule(catalogue));   // last: looks at every name the server has

    /// <summary>The same inspector with what is composed in the place of each rule.</summary>
    internal ResponseInspector With(Func<IListChanges, IListChanges> composeChanges, Func<IResponseRule, IResponseRule> composeRule) =>
        new(changes is null ? null : composeChanges(changes), [.. rules.Select(composeRule)]);

    /// <summary>Learns what is needed to judge the answer of an exchange that begins.</summary>
    public ValueTask BeginAsync(Exchange exchange, CancellationToken cancellation) =>
        changes?.BeginAsync(exchange, cancellation) ?? ValueTask.CompletedTask;

    /// <summary>Judges one message and notes what happened in the record.</summary>
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
        foreach (var rule in rules)
        {
            var verdict = await rule.JudgeAsync(exchange, message, cancellation).ConfigureAwait(false);
            if (verdict.Passes && verdict.Edits.Count == 0) continue;
            if (verdict.Passes && Edited(exchange, message, rule, verdict) is { } edited)
            {
                message = edited;
                continue;
            }

            var refused = verdict.Passes ? ResponseVerdict.Refuse(Reasons.ResultRefused, "edits-not-possible") : ResponseVerdict.Of(verdict);
            var reason = refused.Dropped ?? refused.Refusal!.Detail;
            exchange.Record.Add(verdict.Part
                ?? new AuditPart(AuditPartKind.Rule, refused.Dropped is null ? AuditOutcome.Deny : AuditOutcome.Drop, rule.Name, reason));
            return refused;
        }

        return ResponseVerdict.Pass(message);
    }

    private static ValidatedMessage? Edited(Exchange exchange, ValidatedMessage message, IResponseRule rule, in RuleVerdict verdict)
    {
        var merger = new EditMerger(message);
        merger.Add(verdict.Edits, rule.Name);
        return merger.Apply(exchange.Server.ResponseBytes);
    }

    // L11, L14, F18: a stream that is resumed may bring the answer to the request that opened it. All rules judge it as that request's
    // answer, as if the stream had never been lost; for any other there is no request, and the rule of correlation drops it.
    private static Exchange AnswerOfAResumedStream(Exchange exchange, ValidatedMessage message) =>
        message.Kind is MessageKind.Result or MessageKind.Error && exchange is { Message: null, Resume: { } resume, Session: { } session }
            && session.Live.TakeAwaited(message.Id, resume.Stream) is { } awaited
                ? exchange.InPlaceOf(awaited)
                : exchange;
}
