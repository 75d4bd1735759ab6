using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// The live state of a session in this process: its requests in progress (T37) and the questions of the server that wait for the client's answer
/// (L18, X11). Bounded; safe for concurrent use.
/// </summary>
public sealed class LiveSession
{
    /// <summary>Most questions of the server that may wait at the same time.</summary>
    public const int MaxQuestions = 64;

    /// <summary>Most requests whose answer may still arrive on a resumed stream; beyond it, the oldest are dropped.</summary>
    public const int MaxAwaited = 64;

    private readonly Lock gate = new();
    private readonly HashSet<JsonRpcId> underWay = [];
    private readonly Dictionary<JsonRpcId, JsonRpcId> questions = [];
    private readonly Dictionary<JsonRpcId, OwnQuestion> own = [];
    private bool rootsAnnounced;
    private int exchanges;
    private volatile bool hasEnded;
    private readonly OrderedDictionary<JsonRpcId, AwaitedResponse> awaited = [];

    /// <summary>State of the session: the lists and definitions that its owner was shown, and its subscriptions. It ends with the session.</summary>
    public ConversationSlots Slots { get; } = new();

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

    /// <summary>Marks a request as in progress; false when its id already is.</summary>
    public bool TryBegin(JsonRpcId id)
    {
        lock (gate) return underWay.Add(id);
    }

    /// <summary>Tells whether a request of that id is in progress.</summary>
    public bool IsUnderWay(JsonRpcId id)
    {
        lock (gate) return underWay.Contains(id);
    }

    /// <summary>
    /// Records a request that is sent to the server. Its answer may arrive on a resumed stream until it is taken, dropped or the bound is reached.
    /// </summary>
    internal void Await(AwaitedResponse answer)
    {
        lock (gate)
        {
            awaited.Remove(answer.Id);
            awaited.Add(answer.Id, answer);
            if (awaited.Count > MaxAwaited) awaited.RemoveAt(0);
        }
    }

    /// <summary>Takes the request of that id, once, and only on the stream that it opened; null when none is awaited there.</summary>
    internal AwaitedResponse? TakeAwaited(JsonRpcId id, string stream)
    {
        lock (gate) return awaited.TryGetValue(id, out var answer) && answer.Stream == stream && awaited.Remove(id) ? answer : null;
    }

    /// <summary>Returns the request that opened the stream and whose answer was not taken; null when there is none. It remains awaited.</summary>
    internal AwaitedResponse? AwaitedOn(string stream)
    {
        lock (gate) return awaited.Values.FirstOrDefault(answer => answer.Stream == stream);
    }

    /// <summary>Drops a request that was answered where no stream can send the answer again.</summary>
    internal void Forget(JsonRpcId id)
    {
        lock (gate) awaited.Remove(id);
    }

    /// <summary>Drops the calls of a tool: their answers do not pass on a resumed stream.</summary>
    internal void ForgetCallsOf(string tool)
    {
        lock (gate)
        {
            foreach (var (id, answer) in awaited.ToList())
            {
                if (answer.Method == "tools/call" && (answer.Tool is null || answer.Tool.Name == tool)) awaited.Remove(id);
            }
        }
    }

    /// <summary>Ends a request.</summary>
    public void End(JsonRpcId id)
    {
        lock (gate) underWay.Remove(id);
    }

    /// <summary>
    /// Records a question of the server. False when no request of the client is in progress (then the question is unsolicited, X11) or too many
    /// questions wait.
    /// </summary>
    /// <param name="id">Id of the question.</param>
    /// <param name="progress">The token under which the client may report its progress; absent when the server gave none.</param>
    public bool TryAsk(JsonRpcId id, JsonRpcId progress = default)
    {
        lock (gate) return underWay.Count > 0 && questions.Count < MaxQuestions && !own.ContainsKey(id) && questions.TryAdd(id, progress);
    }

    /// <summary>Records a question of the gateway. Null when too many wait, or a question of the server has its id.</summary>
    /// <param name="id">Id of the question, which no server can guess.</param>
    internal OwnQuestion? AskOwn(JsonRpcId id)
    {
        var question = new OwnQuestion(id);
        lock (gate) return own.Count < MaxQuestions && !questions.ContainsKey(id) && own.TryAdd(id, question) ? question : null;
    }

    /// <summary>Returns the question of the gateway that a client's response answers; null when none of this id waits.</summary>
    internal OwnQuestion? FindOwn(JsonRpcId id)
    {
        lock (gate) return own.GetValueOrDefault(id);
    }

    /// <summary>Ends a question of the gateway: a later response to it is unexpected.</summary>
    internal void EndOwn(OwnQuestion question)
    {
        lock (gate) own.Remove(question.Id);
    }

    /// <summary>
    /// Records that the client reported that it is initialized, or that its roots changed. The server may then ask for the roots once without a
    /// request in progress, because such a message invites that (MCP 2025-11-25, roots).
    /// </summary>
    public void AnnounceRoots()
    {
        lock (gate) rootsAnnounced = true;
    }

    /// <summary>Records the question for the roots that an announcement invited; false when there was no announcement, or it was used.</summary>
    /// <param name="id">Id of the question.</param>
    /// <param name="progress">As in <see cref="TryAsk"/>.</param>
    public bool TryAskRoots(JsonRpcId id, JsonRpcId progress = default)
    {
        lock (gate)
        {
            if (!rootsAnnounced || questions.Count >= MaxQuestions || own.ContainsKey(id) || !questions.TryAdd(id, progress)) return false;
            rootsAnnounced = false;
            return true;
        }
    }

    /// <summary>Tells whether the question waits for an answer.</summary>
    public bool IsAsked(JsonRpcId id)
    {
        lock (gate) return questions.ContainsKey(id);
    }

    /// <summary>Tells whether a question waits that gave this progress token.</summary>
    public bool IsProgressOfAQuestion(JsonRpcId token)
    {
        lock (gate) return !token.IsAbsent && questions.ContainsValue(token);
    }

    /// <summary>Takes the question that a client's response answers; false when none waits.</summary>
    public bool TryAnswer(JsonRpcId id)
    {
        lock (gate) return questions.Remove(id);
    }
}
