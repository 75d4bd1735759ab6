using Gatehouse.Audit;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Asks;

/// <summary>
/// What servers ask of clients is decided by the policy and bounded, in each place where it can stand: requests and log messages
/// of the legacy era, questions inside results and tasks of the modern one, and the error that demands a visit to a URL (AZ-07).
/// Who asks is put before each message to a person (H14).
/// </summary>
internal sealed class AskRule(SnapshotHolder snapshots) : IResponseRule
{
    private const int MaxQuestions = 32;

    public string Name => "asks";

    public ResponseVerdict Judge(Exchange exchange, ProvenMessage message) => message.Kind switch
    {
        MessageKind.Request => JudgeRequest(exchange, message),
        MessageKind.Notification => JudgeNotification(exchange, message),
        MessageKind.Result => message.Has(Slot.ResultInputRequests) ? JudgeInputs(exchange, message, message.Range(Slot.ResultInputRequests), refuses: true) : ResponseVerdict.Pass(message),
        _ => JudgeError(exchange, message),
    };

    private ResponseVerdict JudgeRequest(Exchange exchange, ProvenMessage message)
    {
        if (ServerAsk.DirectionOf(message.Method) is null) return ResponseVerdict.Pass(message);
        return Judge(exchange, message, [new ServerAsk(message.Method!, message.Range(Slot.Params))], refuses: false);
    }

    private ResponseVerdict JudgeNotification(Exchange exchange, ProvenMessage message)
    {
        if (ServerAsk.DirectionOf(message.Method) is not null)
            return Judge(exchange, message, [new ServerAsk(message.Method!, message.Range(Slot.Params))], refuses: false);
        // SEP-2663: the state of a task, with what it needs.
        return message.Method == "notifications/tasks"
            && message.IsObject(Slot.Params)
            && JsonWalk.TryFindMember(message.Bytes.Span, message.Range(Slot.Params), "inputRequests"u8, out var inputs)
                ? JudgeInputs(exchange, message, inputs, refuses: false)
                : ResponseVerdict.Pass(message);
    }

    // MCP 2025-11-25, elicitation: -32042 names URLs to visit before the request can be repeated.
    private ResponseVerdict JudgeError(Exchange exchange, ProvenMessage message)
    {
        if (!message.Raw(Slot.ErrorCode).SequenceEqual("-32042"u8)) return ResponseVerdict.Pass(message);
        var bytes = message.Bytes.Span;
        if (!message.IsObject(Slot.ErrorData) || !JsonWalk.TryFindMember(bytes, message.Range(Slot.ErrorData), "elicitations"u8, out var list) || bytes[list.Start] != (byte)'[')
            return ResponseVerdict.Refuse(Reasons.AskRefused, "malformed");
        List<ServerAsk> asks = [];
        foreach (var element in JsonWalk.Elements(bytes, list)) asks.Add(new ServerAsk("elicitation/create", element));
        return Judge(exchange, message, asks, refuses: true);
    }

    private ResponseVerdict JudgeInputs(Exchange exchange, ProvenMessage message, ByteRange inputs, bool refuses)
    {
        var bytes = message.Bytes.Span;
        List<ServerAsk> asks = [];
        foreach (var question in JsonWalk.Members(bytes, inputs))
        {
            if (bytes[question.Value.Start] != (byte)'{' || !JsonWalk.TryFindMember(bytes, question.Value, "method"u8, out var method)) continue; // the rule of result types refuses it
            if (JsonWalk.String(bytes, method) is not ("sampling/createMessage" or "elicitation/create" or "roots/list")) continue;
            asks.Add(new ServerAsk(JsonWalk.String(bytes, method)!, JsonWalk.TryFindMember(bytes, question.Value, "params"u8, out var parameters) ? parameters : default));
        }

        return Judge(exchange, message, asks, refuses);
    }

    private ResponseVerdict Judge(Exchange exchange, ProvenMessage message, List<ServerAsk> asks, bool refuses)
    {
        var snapshot = exchange.Message is { Kind: MessageKind.Request, Method: not "subscriptions/listen" } ? exchange.Snapshot : snapshots.Current; // design rule 7
        var bytes = message.Bytes.Span;
        var declared = Declared(exchange);
        if (asks.Count > MaxQuestions) return Denied("too-many-questions", refuses);
        foreach (var ask in asks)
        {
            if (AskJudge.Refuses(exchange, snapshot, bytes, ask, declared) is { } reason) return Denied(reason, refuses);
        }

        return ResponseVerdict.Pass(Introduce(exchange, message, asks));
    }

    // A question of its own is dropped, and the pipeline answers it; one inside a result takes the result with it.
    private static ResponseVerdict Denied(string reason, bool refuses) =>
        refuses ? ResponseVerdict.Refuse(Reasons.AskRefused, reason) : ResponseVerdict.Forbid(reason);

    private static ProvenMessage Introduce(Exchange exchange, ProvenMessage message, List<ServerAsk> asks)
    {
        var splice = new MessageSplice(message);
        var bytes = message.Bytes.Span;
        foreach (var ask in asks)
        {
            if (ask.Method != "elicitation/create" || !JsonWalk.TryFindMember(bytes, ask.Parameters, "message"u8, out var text)) continue;
            var introduction = JsonText.Encode(AskJudge.Introduction(exchange.Server.Name, bytes, ask.Parameters));
            splice.Replace(new ByteRange(text.Start + 1, 0), introduction.AsMemory(1, introduction.Length - 2));
        }

        if (splice.IsEmpty) return message;
        exchange.Record.Add(new AuditPart("change", "inserted", "who-asks"));
        return splice.ApplyAndProve(ResponseLimits.For(exchange.Server.ResponseBytes + 4096));
    }

    private static ClientCapabilities Declared(Exchange exchange) => exchange switch
    {
        { IsModern: true, Message: { } request } => ClientCapabilityReader.Read(request, Slot.MetaClientCapabilities),
        { Session: { } session } => session.Capabilities,
        _ => ClientCapabilities.None,
    };
}
