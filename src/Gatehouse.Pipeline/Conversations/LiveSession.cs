using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// The live state of a session in this process: its exchanges and requests in progress (T37), the requests whose answer may come on a resumed
/// stream, and its questions. Bounded; safe for concurrent use.
/// </summary>
public sealed class LiveSession
{
    /// <summary>Most requests whose answer may still arrive on a resumed stream; beyond it, the oldest are dropped.</summary>
    public const int MaxAwaited = 64;

    private readonly Lock gate = new();
    private readonly HashSet<JsonRpcId> underWay = [];
    private int exchanges;
    private volatile bool hasEnded;
    private readonly OrderedDictionary<JsonRpcId, AwaitedResponse> awaited = [];

    /// <summary>State of the session: the lists and definitions that its owner was shown, and its subscriptions. It ends with the session.</summary>
    public ConversationSlots Slots { get; } = new();

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

    /// <summary>
    /// Takes the request of that id, once, and only on the stream that it opened; null when none is awaited there. The exchange of the request ends,
    /// because its answer comes here.
    /// </summary>
    internal AwaitedResponse? TakeAwaited(JsonRpcId id, string stream)
    {
        AwaitedResponse? answer;
        lock (gate)
        {
            if (!awaited.TryGetValue(id, out answer) || answer.Stream != stream || answer.Failure is not null) return null;
            awaited.Remove(id);
        }

        OriginalOf(answer)?.EndAnswered(); // outside of the lock: the end of an exchange runs its code
        return answer;
    }

    /// <summary>Returns the request that opened the stream and whose answer was not taken; null when there is none. It remains awaited.</summary>
    internal AwaitedResponse? AwaitedOn(string stream)
    {
        lock (gate) return awaited.Values.FirstOrDefault(answer => answer.Stream == stream);
    }

    /// <summary>Drops the request of an exchange that was answered where no stream can send the answer again.</summary>
    /// <param name="id">Id of the request.</param>
    /// <param name="exchange">Id of the exchange. Another one with the same request id, which was refused for that, drops nothing.</param>
    internal void Forget(JsonRpcId id, string exchange)
    {
        lock (gate)
        {
            if (awaited.TryGetValue(id, out var answer) && answer.Exchange == exchange) awaited.Remove(id);
        }
    }

    /// <summary>
    /// Records that the request of an exchange got a refusal on a stream that can be resumed. No answer passes any more. Streams that follow it get
    /// the refusal, now and when they are resumed later: otherwise their client would wait indefinitely.
    /// </summary>
    internal void Fail(JsonRpcId id, string exchange, Refusal refusal)
    {
        FollowingStream[] following;
        lock (gate)
        {
            if (!awaited.TryGetValue(id, out var answer) || answer.Exchange != exchange) return;
            answer.Failure = refusal;
            following = answer.Following is { } streams ? [.. streams] : [];
        }

        foreach (var stream in following) stream.End();
    }

    /// <summary>
    /// Records that the request of an exchange is answered on its own stream: its questions are over. Streams that resume it end where they do not
    /// get the answer as well; a client that lost it resumes again, and the server sends it there.
    /// </summary>
    /// <param name="id">Id of the request.</param>
    /// <param name="exchange">Id of the exchange.</param>
    /// <param name="isOnOneStream">True when the server sends each message on one stream only.</param>
    internal void NoteAnswered(JsonRpcId id, string exchange, bool isOnOneStream)
    {
        FollowingStream[] following;
        lock (gate)
        {
            if (!awaited.TryGetValue(id, out var answer) || answer.Exchange != exchange) return;
            answer.IsAnswered = true;
            following = isOnOneStream && answer.Following is { } streams ? [.. streams] : [];
        }

        foreach (var stream in following) stream.End();
    }

    /// <summary>
    /// Records that the answer, which was taken for a resumed stream, was refused there. The stream gets the refusal, and those that are resumed
    /// later.
    /// </summary>
    /// <returns>False when no answer was taken: the request is still awaited.</returns>
    internal bool TryFailTaken(AwaitedResponse answer, Refusal refusal)
    {
        lock (gate)
        {
            if (awaited.ContainsKey(answer.Id)) return false;
            answer.Failure = refusal;
            awaited.Add(answer.Id, answer);
            if (awaited.Count > MaxAwaited) awaited.RemoveAt(0);
            return true;
        }
    }

    /// <summary>Registers the exchange of a request whose answer comes as a stream; null when its answer is not awaited.</summary>
    internal StreamedRequest? BeginOriginal(JsonRpcId id, string exchange, Action hear, Action endAnswered)
    {
        lock (gate)
        {
            if (!awaited.TryGetValue(id, out var answer) || answer.Exchange != exchange) return null;
            return answer.Original = new StreamedRequest(this, answer, hear, endAnswered);
        }
    }

    internal void EndOriginal(StreamedRequest original)
    {
        lock (gate) original.Awaited.Original = null;
    }

    internal StreamedRequest? OriginalOf(AwaitedResponse answer)
    {
        lock (gate) return answer.Original;
    }

    /// <summary>Registers a stream that resumes that of a request; null when the answer to none is awaited there.</summary>
    internal FollowingStream? Follow(string stream, Action end)
    {
        lock (gate)
        {
            if (awaited.Values.FirstOrDefault(answer => answer.Stream == stream) is not { } answer) return null;
            var following = new FollowingStream(this, answer, end);
            (answer.Following ??= []).Add(following);
            return following;
        }
    }

    internal void EndFollowing(FollowingStream following)
    {
        lock (gate) following.Awaited.Following?.Remove(following);
    }

    internal bool IsAnswered(AwaitedResponse answer)
    {
        lock (gate) return answer.IsAnswered;
    }

    internal Refusal? FailureOf(AwaitedResponse answer)
    {
        lock (gate) return answer.Failure;
    }

    /// <summary>
    /// Refuses the calls of a contained tool. No answer to them passes any more, and the streams that resume them get the refusal.
    /// </summary>
    internal void FailCallsOf(string tool)
    {
        List<FollowingStream> following = [];
        lock (gate)
        {
            foreach (var answer in awaited.Values)
            {
                if (answer.Method != "tools/call" || (answer.Tool is not null && answer.Tool.Name != tool)) continue;
                answer.Failure ??= new Refusal(Reasons.Contained);
                if (answer.Following is { } streams) following.AddRange(streams);
            }
        }

        foreach (var stream in following) stream.End();
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
        if (stream.Length == 0) return false;
        lock (gate)
        {
            return underWay.All(id => ResumePoint.StreamOf(id) != stream)
                && awaited.Values.All(answer => answer.Stream != stream || answer.IsOver);
        }
    }
}
