using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// The rule that a response answers this exchange's request (F18: a response with an id that was never requested is a tool of a confused deputy). On
/// a resumed stream that is the request that opened the stream (L11, L14): the inspector uses it as the exchange's message. A request that is no
/// longer known, after a restart or beyond the bound, has its response dropped.
/// </summary>
internal sealed class CorrelationRule : IResponseRule
{
    public string Name => "correlation";

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) =>
        new(Judge(exchange, message));

    private static RuleVerdict Judge(Exchange exchange, ValidatedMessage message)
    {
        if (message.Kind is not (MessageKind.Result or MessageKind.Error)) return RuleVerdict.Pass;
        if (exchange.Message is { Kind: MessageKind.Request } request)
        {
            return message.Id == request.Id || (message.Kind == MessageKind.Error && message.Id.IsNull)
                ? RuleVerdict.Pass
                : RuleVerdict.Drop("response-to-another-id");
        }

        return RuleVerdict.Drop(exchange.Resume is null ? "response-nobody-asked-for" : "response-to-no-request-of-the-resumed-stream");
    }
}
