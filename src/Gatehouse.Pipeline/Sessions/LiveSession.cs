using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Sessions;

/// <summary>
/// What is live of a session in this process: its requests under way (T37) and the questions of the server that wait
/// for the client's answer (L18, X11). Bounded; safe for concurrent use.
/// </summary>
public sealed class LiveSession
{
    /// <summary>Questions of the server that may wait at once.</summary>
    public const int MaxQuestions = 64;

    /// <summary>Requests whose answer may still come on a resumed stream; of more, the oldest are forgotten.</summary>
    public const int MaxAwaited = 64;

    private readonly Lock gate = new();
    private readonly HashSet<JsonRpcId> underWay = [];
    private readonly Dictionary<JsonRpcId, JsonRpcId> questions = [];
    private bool rootsAnnounced;
    private int exchanges;
    private volatile bool hasEnded;
    private readonly OrderedDictionary<JsonRpcId, AwaitedResponse> awaited = [];

    /// <summary>State of the session: what its owner was told of lists and definitions, what it subscribed to. It ends with the session.</summary>
    public ConversationSlots Slots { get; } = new();

    /// <summary>What the server declared when the session began; null in a session that another process began.</summary>
    public ServerCapabilities? Declared { get; set; }

    /// <summary>Exchanges under way, streams among them: a session without one is idle.</summary>
    public int Exchanges => Volatile.Read(ref exchanges);

    /// <summary>Number of requests under way.</summary>
    public int UnderWay
    {
        get
        {
            lock (gate) return underWay.Count;
        }
    }

    /// <summary>True once the session is over: an exchange that found it before ends.</summary>
    internal bool HasEnded => hasEnded;

    /// <summary>The session is over. To be called before the exchanges that have noted it are looked for.</summary>
    internal void End()
    {
        hasEnded = true;
        Interlocked.MemoryBarrier(); // the exchanges are looked at after this was written
    }

    internal void EnterExchange() => Interlocked.Increment(ref exchanges);

    internal void LeaveExchange() => Interlocked.Decrement(ref exchanges);

    /// <summary>Marks a request as under way; false when its id already is.</summary>
    public bool TryBegin(JsonRpcId id)
    {
        lock (gate) return underWay.Add(id);
    }

    /// <summary>True while a request of that id is under way.</summary>
    public bool IsUnderWay(JsonRpcId id)
    {
        lock (gate) return underWay.Contains(id);
    }

    /// <summary>
    /// Notes a request that goes to the server. Its answer may come on a resumed stream until it is taken, forgotten or the bound is reached.
    /// </summary>
    internal void Await(AwaitedResponse answer)
    {
        lock (gate)
        {
            awaited.Remove(answer.Request.Id);
            awaited.Add(answer.Request.Id, answer);
            if (awaited.Count > MaxAwaited) awaited.RemoveAt(0);
        }
    }

    /// <summary>Takes the request of that id, once, and only on the stream that it opened; null when none is awaited there.</summary>
    internal AwaitedResponse? TakeAwaited(JsonRpcId id, string stream)
    {
        lock (gate) return awaited.TryGetValue(id, out var answer) && answer.Stream == stream && awaited.Remove(id) ? answer : null;
    }

    /// <summary>The request that opened the stream and whose answer was not taken; null when there is none. It goes on waiting.</summary>
    internal AwaitedResponse? AwaitedOn(string stream)
    {
        lock (gate) return awaited.Values.FirstOrDefault(answer => answer.Stream == stream);
    }

    /// <summary>The request was answered where no stream can bring the answer again.</summary>
    internal void Forget(JsonRpcId id)
    {
        lock (gate) awaited.Remove(id);
    }

    /// <summary>The request has ended.</summary>
    public void End(JsonRpcId id)
    {
        lock (gate) underWay.Remove(id);
    }

    /// <summary>
    /// Notes a question of the server; false when no request of the client is under way (nobody asked for it, X11) or too many questions wait.
    /// </summary>
    /// <param name="id">Id of the question.</param>
    /// <param name="progress">The token under which the client may tell how far it is; absent when the server gave none.</param>
    public bool TryAsk(JsonRpcId id, JsonRpcId progress = default)
    {
        lock (gate) return underWay.Count > 0 && questions.Count < MaxQuestions && questions.TryAdd(id, progress);
    }

    /// <summary>
    /// The client said that it is there, or that its folders changed: the server may ask for them once without a request under
    /// way, because that is what such a message invites to (MCP 2025-11-25, roots).
    /// </summary>
    public void AnnounceRoots()
    {
        lock (gate) rootsAnnounced = true;
    }

    /// <summary>Notes the question for the folders that an announcement invited to; false when there was none, or it was used.</summary>
    /// <param name="id">Id of the question.</param>
    /// <param name="progress">As in <see cref="TryAsk"/>.</param>
    public bool TryAskRoots(JsonRpcId id, JsonRpcId progress = default)
    {
        lock (gate)
        {
            if (!rootsAnnounced || questions.Count >= MaxQuestions || !questions.TryAdd(id, progress)) return false;
            rootsAnnounced = false;
            return true;
        }
    }

    /// <summary>True while the question waits for an answer.</summary>
    public bool IsAsked(JsonRpcId id)
    {
        lock (gate) return questions.ContainsKey(id);
    }

    /// <summary>True while a question waits that gave this progress token.</summary>
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
