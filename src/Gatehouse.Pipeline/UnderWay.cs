using Gatehouse.Protocol;

namespace Gatehouse.Pipeline;

/// <summary>Marks a session's request as under way while it is in use (T37).</summary>
internal readonly struct UnderWay : IDisposable
{
    private readonly LiveSession? session;
    private readonly JsonRpcId id;

    private UnderWay(LiveSession session, JsonRpcId id)
    {
        this.session = session;
        this.id = id;
    }

    /// <exception cref="RefusalException"><see cref="Reasons.DuplicateId"/>.</exception>
    public static UnderWay Begin(Exchange exchange)
    {
        if (exchange.Session is not { } session || exchange.Message is not { Kind: MessageKind.Request } message) return default;
        var id = message.Id;
        if (!session.Live.TryBegin(id)) throw new RefusalException(Reasons.DuplicateId);
        return new UnderWay(session.Live, id);
    }

    public void Dispose() => session?.End(id);
}
