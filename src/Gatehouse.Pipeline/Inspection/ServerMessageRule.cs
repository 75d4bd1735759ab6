using Gatehouse.Audit;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>
/// What a server may send besides answers (AZ-07): notifications of the revision, and in the legacy era questions that
/// belong to a request under way and that the client said it can answer. Everything else is dropped and recorded, and so are
/// notifications for which the server itself declared no capability (TP-04).
/// </summary>
internal sealed class ServerMessageRule(ICatalogue catalogue) : IResponseRule
{
    private const string Undeclared = "capability-not-declared-by-the-server";

    public string Name => "server-message";

    // A session remembers what its server declared; in the modern era the server's discovery says it.
    public async ValueTask PrepareAsync(Exchange exchange, ProvenMessage message, CancellationToken cancellation)
    {
        if (message.Kind != MessageKind.Notification || exchange.Declared is not null || ServerCapabilityReader.Needed(message.Method) == ServerCapabilities.None) return;
        exchange.Declared = exchange.IsModern
            ? (await catalogue.ProfileAsync(exchange.Server, cancellation).ConfigureAwait(false)).Declared
            : exchange.Session?.Live.Declared;
    }

    public ResponseVerdict Judge(Exchange exchange, ProvenMessage message) => message.Kind switch
    {
        MessageKind.Request => JudgeQuestion(exchange, message),
        MessageKind.Notification => JudgeNotification(exchange, message),
        _ => ResponseVerdict.Pass(message),
    };

    private static ResponseVerdict JudgeQuestion(Exchange exchange, ProvenMessage message)
    {
        if (exchange.IsModern) return ResponseVerdict.Drop("server-request-in-modern-era"); // T26, G17
        if (!IsKnown(exchange, message)) return ResponseVerdict.Drop("unknown-server-request");
        if (exchange.Session is not { } session) return ResponseVerdict.Drop("server-request-without-session");
        if (Needed(message) is { } needed && (session.Capabilities & needed) == 0)
            return ResponseVerdict.Drop("capability-not-declared"); // H07, H11
        if (exchange.Resume is not null && session.Live.IsAsked(message.Id)) return ResponseVerdict.Pass(message); // lost with the connection
        var id = message.Id.Detach();
        var progress = JsonRpcId.TryParse(message.Part(Slot.MetaProgressToken), ProofLimits.Default, out var token) ? token.Detach() : default;
        return session.Live.TryAsk(id, progress) || (message.Method == "roots/list" && session.Live.TryAskRoots(id, progress))
            ? ResponseVerdict.Pass(message)
            : ResponseVerdict.Drop("unsolicited-server-request"); // X11
    }

    private static ClientCapabilities? Needed(ProvenMessage message) => message.Method switch
    {
        "sampling/createMessage" => ClientCapabilities.Sampling,
        "roots/list" => ClientCapabilities.Roots,
        "elicitation/create" => IsUrlMode(message) ? ClientCapabilities.UrlElicitation : ClientCapabilities.Elicitation,
        _ => null,
    };

    private static bool IsUrlMode(ProvenMessage message)
    {
        var bytes = message.Bytes.Span;
        return message.IsObject(Slot.Params)
            && JsonWalk.TryFindMember(bytes, message.Range(Slot.Params), "mode"u8, out var mode)
            && JsonWalk.String(bytes, mode) == "url";
    }

    private static ResponseVerdict JudgeNotification(Exchange exchange, ProvenMessage message)
    {
        if (!IsKnown(exchange, message)) return ResponseVerdict.Drop("unknown-server-notification");
        if (IsUndeclared(exchange, message))
        {
            if (exchange.Server.Undeclared == OnDeviation.Enforce && message.Method != "notifications/message") return ResponseVerdict.Drop(Undeclared);
            exchange.Record.Add(new AuditPart("detection", "warn", "server-message", Undeclared));
        }

        if (message.Method == "notifications/progress" && !TokenIsActive(exchange, message))
            return ResponseVerdict.Drop("progress-for-unknown-token"); // H34
        if (message.Method == "notifications/cancelled" && !TakesBackItsOwn(exchange, message)) return ResponseVerdict.Drop("cancels-nothing-it-asked");

        return Tagged(exchange, message) is { } tagged
            ? ResponseVerdict.Pass(tagged)
            : ResponseVerdict.Drop("notification-of-another-subscription");
    }

    // MCP 2025-11-25: who sends log messages or announces changes declares it. Many honest servers log without, and whether log messages
    // pass is for the policy to say; so those are only told of.
    private static bool IsUndeclared(Exchange exchange, ProvenMessage message) =>
        exchange.Declared is { } declared && ServerCapabilityReader.Needed(message.Method) is var needed && (declared & needed) != needed;

    private static bool IsKnown(Exchange exchange, ProvenMessage message) =>
        ProtocolMethods.TryGet(message.Method, out var method)
        && method.Direction.HasFlag(MethodDirection.ServerToClient)
        && method.Kind == message.Kind
        && (exchange.Revision is null || method.ExistsIn(exchange.Revision));

    // On the answer of a request only its own token counts; on a session's stream any of the session's requests may
    // have given it, and the session is the caller's own.
    private static bool TokenIsActive(Exchange exchange, ProvenMessage message)
    {
        if (exchange.Message is not { Kind: MessageKind.Request } request) return true;
        return request.Has(Slot.MetaProgressToken)
            && JsonRpcId.TryParse(request.Bytes.At(request.Range(Slot.MetaProgressToken)), ProofLimits.Default, out var asked)
            && message.Has(Slot.ParamsProgressToken)
            && JsonRpcId.TryParse(message.Bytes.At(message.Range(Slot.ParamsProgressToken)), ProofLimits.Default, out var given)
            && asked == given;
    }

    // MCP, cancellation: whoever asked may take back what it asked, nobody else. In the old era a question that waits in this session; in
    // the modern one, where servers ask nothing, the request that this stream answers.
    private static bool TakesBackItsOwn(Exchange exchange, ProvenMessage message)
    {
        if (!JsonRpcId.TryParse(message.Part(Slot.ParamsRequestId), ProofLimits.Default, out var id)) return false;
        return exchange.IsModern
            ? exchange.Message is { Kind: MessageKind.Request } request && request.Id == id
            : exchange.Session is { } session && session.Live.IsAsked(id);
    }

    // H28: each notification of a subscription carries the id of the request that opened it. Servers are about, the reference one of the
    // official suite among them, that write the number 7 as "7". On the stream of one request that can mean no other, so it passes, with the
    // id as its client wrote it.
    private static ProvenMessage? Tagged(Exchange exchange, ProvenMessage message)
    {
        if (exchange.Message is not { Method: "subscriptions/listen" } request) return message;
        if (!message.Has(Slot.MetaSubscriptionId)) return message.Method == "notifications/message" ? message : null;
        var raw = message.Bytes.At(message.Range(Slot.MetaSubscriptionId));
        if (!JsonRpcId.TryParse(raw, ProofLimits.Default, out var tag)) return null;
        if (tag == request.Id) return message;
        if (!IsOtherSpelling(raw.Span, request.Id.Raw.Span)) return null;
        var splice = new MessageSplice(message);
        splice.Replace(message.Range(Slot.MetaSubscriptionId), request.Id.Raw);
        return splice.ApplyAndProve(ResponseLimits.For(exchange.Server.ResponseBytes));
    }

    // A string of plain digits and the number of the same digits: 7 and "7", never 7.0 or "07".
    private static bool IsOtherSpelling(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var isFirst = one[0] == (byte)'"';
        var text = isFirst ? one : other;
        var number = isFirst ? other : one;
        return text is [(byte)'"', .., (byte)'"'] && text[1..^1].SequenceEqual(number) && number.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }
}
