using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// The live state of a session in this process: its exchanges and requests in progress (T37), the requests whose answer may come on a resumed
/// stream, and its questions. Bounded; safe for concurrent use.
/// </summary>
public sealed class LiveSession
{
    private readonly Lock gate = new();
    private readonly Dictionary<JsonRpcId, string> underWay = []; // with the id of the exchange
    private int exchanges;
    private volatile bool hasEnded;

    /// <summary>State of the session: the lists and definitions that its owner was shown, and its subscriptions. It ends with the session.</summary>
    public ConversationSlots Slots { get; } = new();

    /// <summary>The requests whose answer may come on a resumed stream.</summary>
    internal AwaitedResponses Awaited { get; } = new();

    /// <summary>The questions of server and gateway that wait for the client's answer.</summary>
    public SessionQuestions Questions { get; } = new();

    /// <summary>The capabilities that the server declared when the session began; null in a session that another process began.</summary>
    public ServerCapabilities? Declared { get; set; }

    /// <summary>Number of exchanges in progress, including streams: a session without one is idle.</summary>
    public int Exchanges => Volatile.Read(ref exchanges);

    /// <summary>Number of requests in progress.</summary>
    public int UnderWay
    {
        get
        {
            lock (gate) return underWay.Count;
        }
    }

    /// <summary>True once the session is over: an exchange that found it before ends.</summary>
    internal bool HasEnded => hasEnded;

    /// <summary>Ends the session. Call it before searching for the exchanges that are registered with it.</summary>
    internal void End()
    {
        hasEnded = true;
        Interlocked.MemoryBarrier(); // the search for exchanges happens after this write
    }

    internal void EnterExchange() => Interlocked.Increment(ref exchanges);

    internal void LeaveExchange() => Interlocked.Decrement(ref exchanges);

    /// <summary>Marks the request of an exchange as in progress; false when its id already is.</summary>
    public bool TryBegin(JsonRpcId id, string exchange)
    {
        lock (gate) return underWay.TryAdd(id, exchange);
    }

    /// <summary>Tells whether a request of that id is in progress.</summary>
    public bool IsUnderWay(JsonRpcId id)
    {
        lock (gate) return underWay.ContainsKey(id);
    }

    /// <summary>Ends a request.</summary>
    public void End(JsonRpcId id)
    {
        lock (gate) underWay.Remove(id);
    }

    /// <summary>
    /// Tells whether the request that opened a stream is over: it is not in progress, and no resumed stream may get its answer. Never true for the
    /// session's own stream.
    /// </summary>
    internal bool IsOver(string stream)
    {
        if (stream.Length == 0 || Awaited.IsExpected(stream)) return false;
        lock (gate) return !underWay.ContainsValue(stream);
    }
}
