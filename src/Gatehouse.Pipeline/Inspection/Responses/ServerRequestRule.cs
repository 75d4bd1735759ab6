using Gatehouse.Audit;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.ServerRequests;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The rule for requests of servers to clients. The policy decides them and settings bound them, in each place where they can occur: requests and log
/// messages of the legacy era, questions inside results and tasks of the modern one, and the error that demands a visit to a URL (AZ-07). Each
/// message to a person begins with the name of the asking server (H14).
/// </summary>
internal sealed class ServerRequestRule(SnapshotHolder snapshots) : IResponseRule
{
    private const int MaxQuestions = 32;

    public string Name => "asks";

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) =>
        new(Judge(exchange, message));

    private RuleVerdict Judge(Exchange exchange, ValidatedMessage message) => message.Kind switch
    {
        MessageKind.Request => JudgeRequest(exchange, message),
        MessageKind.Notification => JudgeNotification(exchange, message),
        MessageKind.Result => message.Has(EnvelopeMember.ResultInputRequests)
            ? JudgeInputs(exchange, message, message.Range(EnvelopeMember.ResultInputRequests), refuses: true) : RuleVerdict.Pass,
        _ => JudgeError(exchange, message),
    };

    private RuleVerdict JudgeRequest(Exchange exchange, ValidatedMessage message)
    {
        if (ServerRequest.DirectionOf(message.Method) is null) return RuleVerdict.Pass;
        return Judge(exchange, message, [new ServerRequest(message.Method!, message.Range(EnvelopeMember.Params))], refuses: false);
    }

    private RuleVerdict JudgeNotification(Exchange exchange, ValidatedMessage message)
    {
        if (ServerRequest.DirectionOf(message.Method) is not null)
            return Judge(exchange, message, [new ServerRequest(message.Method!, message.Range(EnvelopeMember.Params))], refuses: false);
        // SEP-2663: the state of a task, with the input that it needs.
        return message.Method == "notifications/tasks"
            && message.IsObject(EnvelopeMember.Params)
            && JsonWalk.TryFindMember(message.Bytes.Span, message.Range(EnvelopeMember.Params), "inputRequests"u8, out var inputs)
                ? JudgeInputs(exchange, message, inputs, refuses: false)
                : RuleVerdict.Pass;
    }

    // MCP 2025-11-25, elicitation: -32042 names URLs to visit before the request can be repeated.
    private RuleVerdict JudgeError(Exchange exchange, ValidatedMessage message)
    {
        if (!message.Raw(EnvelopeMember.ErrorCode).SequenceEqual("-32042"u8)) return RuleVerdict.Pass;
        var bytes = message.Bytes.Span;
        if (!message.IsObject(EnvelopeMember.ErrorData)
            || !JsonWalk.TryFindMember(bytes, message.Range(EnvelopeMember.ErrorData), "elicitations"u8, out var list)
            || bytes[list.Start] != (byte)'[')
            return RuleVerdict.Refuse(Reasons.AskRefused, "malformed");
        List<ServerRequest> asks = [];
        foreach (var element in JsonWalk.Elements(bytes, list)) asks.Add(new ServerRequest("elicitation/create", element));
        return Judge(exchange, message, asks, refuses: true);
    }

    private RuleVerdict JudgeInputs(Exchange exchange, ValidatedMessage message, ByteRange inputs, bool refuses)
    {
        var bytes = message.Bytes.Span;
        List<ServerRequest> asks = [];
        foreach (var question in JsonWalk.Members(bytes, inputs))
        {
            // the rule for result types refuses it
            if (bytes[question.Value.Start] != (byte)'{' || !JsonWalk.TryFindMember(bytes, question.Value, "method"u8, out var method)) continue;
            if (JsonWalk.String(bytes, method) is not ("sampling/createMessage" or "elicitation/create" or "roots/list")) continue;
            asks.Add(new ServerRequest(JsonWalk.String(bytes, method)!,
                JsonWalk.TryFindMember(bytes, question.Value, "params"u8, out var parameters) ? parameters : default));
        }

        return Judge(exchange, message, asks, refuses);
    }

    private RuleVerdict Judge(Exchange exchange, ValidatedMessage message, List<ServerRequest> asks, bool refuses)
    {
        // design rule 7
        var snapshot = exchange.Message is { Kind: MessageKind.Request, Method: not "subscriptions/listen" } ? exchange.Snapshot : snapshots.Current;
        var bytes = message.Bytes.Span;
        var declared = Declared(exchange);
        if (asks.Count > MaxQuestions) return Denied("too-many-questions", refuses);
        foreach (var ask in asks)
        {
            if (ServerRequestPolicy.Refuses(exchange, snapshot, bytes, ask, declared) is { } reason) return Denied(reason, refuses);
        }

        return Introduce(exchange, message, asks);
    }

    // A separate question is dropped, and the pipeline answers it. If a question is inside a result, the result is refused with it.
    private static RuleVerdict Denied(string reason, bool refuses) =>
        refuses ? RuleVerdict.Refuse(Reasons.AskRefused, reason) : RuleVerdict.Forbid(reason);

    private static RuleVerdict Introduce(Exchange exchange, ValidatedMessage message, List<ServerRequest> asks)
    {
        List<MessageEdit> edits = [];
        var bytes = message.Bytes.Span;
        foreach (var ask in asks)
        {
            if (ask.Method != "elicitation/create" || !JsonWalk.TryFindMember(bytes, ask.Parameters, "message"u8, out var text)) continue;
            var introduction = JsonText.Encode(ServerRequestPolicy.Introduction(exchange.Server.Name, bytes, ask.Parameters));
            edits.Add(MessageEdit.Insert(text.Start + 1, introduction.AsMemory(1, introduction.Length - 2)));
        }

        if (edits.Count > 0) exchange.Record.Add(new AuditPart(AuditPartKind.Change, AuditOutcome.Inserted, "who-asks"));
        return RuleVerdict.Edit(edits);
    }

    private static ClientCapabilities Declared(Exchange exchange) => exchange switch
    {
        { IsModern: true, Message: { } request } => ClientCapabilityReader.Read(request, EnvelopeMember.MetaClientCapabilities),
        { Session: { } session } => session.Capabilities,
        _ => ClientCapabilities.None,
    };
}
