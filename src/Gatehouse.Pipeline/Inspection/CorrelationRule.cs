using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Inspection;

/// <summary>
/// A response passes only if it answers this exchange's request (G18: a response with an id that was never asked for is
/// a confused deputy's tool). On a resumed stream the answer to an earlier request of the session may come (L14).
/// </summary>
internal sealed class CorrelationRule : IResponseRule
{
    public string Name => "correlation";

    public ResponseVerdict Judge(Exchange exchange, ProvenMessage message)
    {
        if (message.Kind is not (MessageKind.Result or MessageKind.Error)) return ResponseVerdict.Pass(message);
        if (exchange.Message is { Kind: MessageKind.Request } request)
        {
            return message.Id == request.Id || (message.Kind == MessageKind.Error && message.Id.IsNull)
                ? ResponseVerdict.Pass(message)
                : ResponseVerdict.Drop("response-to-another-id");
        }

        return exchange.Resume is not null ? ResponseVerdict.Pass(message) : ResponseVerdict.Drop("response-nobody-asked-for");
    }
}
