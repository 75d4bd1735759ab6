using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Inspection.Responses;

/// <summary>
/// A response passes only if it answers this exchange's request (F18: a response with an id that was never asked for is
/// a confused deputy's tool). On a resumed stream that is the request that opened the stream (L11, L14): the inspector puts it in the
/// place of the exchange's message. What is not known any more, after a restart or beyond the bound, is dropped.
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
