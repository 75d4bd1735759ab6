using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline;

/// <summary>A mark that a session is in use by an exchange, and that its request is in progress (T37).</summary>
internal readonly struct InFlightRequest : IDisposable
{
    private readonly LiveSession? session;
    private readonly JsonRpcId id;

    private readonly bool isRequest;

    private InFlightRequest(LiveSession session, JsonRpcId id, bool isRequest)
    {
        this.session = session;
        this.id = id;
        this.isRequest = isRequest;
        session.EnterExchange();
    }

    /// <summary>Marks the session and the request of the exchange.</summary>
    /// <exception cref="RefusalException"><see cref="Reasons.DuplicateId"/>.</exception>
    public static InFlightRequest Begin(Exchange exchange)
    {
        if (exchange.Session is not { } session) return default;
        if (exchange.Message is not { Kind: MessageKind.Request } message) return new InFlightRequest(session.Live, default, isRequest: false);
        var id = message.Id;
        if (!session.Live.TryBegin(id, exchange.Record.Id)) throw new RefusalException(Reasons.DuplicateId);
        return new InFlightRequest(session.Live, id, isRequest: true);
    }

    public void Dispose()
    {
        if (isRequest) session?.End(id);
        session?.LeaveExchange();
    }
}
