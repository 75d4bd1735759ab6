using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// The requests of a session whose answer may come on a resumed stream, by the stream that each opened: the id of its exchange. Bounded; safe for
/// concurrent use.
/// </summary>
/// <remarks>
/// The threat: a client uses the id of a request again. If the id were the name of the stream, an answer that was refused, or that belongs to a
/// contained tool, would be judged as the answer to the later request, and would pass (CWE-863).
/// </remarks>
internal sealed class AwaitedResponses
{
    /// <summary>Most requests whose answer may still arrive on a resumed stream; beyond it, the oldest are dropped.</summary>
    public const int Most = 64;

    private readonly Lock gate = new();
    private readonly OrderedDictionary<string, AwaitedResponse> awaited = new(StringComparer.Ordinal);

    /// <summary>
    /// Records a request that is sent to the server. Its answer may arrive on a resumed stream until it is taken, dropped or the bound is reached.
    /// </summary>
    public void Add(AwaitedResponse answer)
    {
        lock (gate)
        {
            awaited.Remove(answer.Exchange); // an exchange that was held, or tried again, sends its request a second time
            AddNewest(answer);
        }
    }

    /// <summary>
    /// Takes the request of that id, once, and only on the stream that it opened; null when none is awaited there. The exchange of the request ends,
    /// because its answer comes here.
    /// </summary>
    public AwaitedResponse? Take(JsonRpcId id, string stream)
    {
        AwaitedResponse? answer;
        lock (gate)
        {
            if (!awaited.TryGetValue(stream, out answer) || answer.Id != id || answer.Failure is not null) return null;
            awaited.Remove(stream);
        }

        StreamedOf(answer)?.EndAnswered(); // outside of the lock: the end of an exchange runs its code
        return answer;
    }

    /// <summary>Returns the request that opened the stream and whose answer was not taken; null when there is none. It remains awaited.</summary>
    public AwaitedResponse? On(string stream)
    {
        lock (gate) return awaited.GetValueOrDefault(stream);
    }

    /// <summary>Drops the request of an exchange that was answered where no stream can send the answer again.</summary>
    public void Forget(string exchange)
    {
        lock (gate) awaited.Remove(exchange);
    }

    /// <summary>
    /// Records that the request of an exchange got a refusal on a stream that can be resumed. No answer passes any more. Streams that resume it get
    /// the refusal, now and later: otherwise their client would wait indefinitely.
    /// </summary>
    public void Fail(string exchange, Refusal refusal)
    {
        ResumedStream[] resumed;
        lock (gate)
        {
            if (!awaited.TryGetValue(exchange, out var answer)) return;
            answer.Failure = refusal;
            resumed = Copy(answer.Resumed);
        }

        foreach (var stream in resumed) stream.End();
    }

    /// <summary>Refuses the calls of a contained tool, as <see cref="Fail"/> does.</summary>
    public void FailCallsOf(string tool)
    {
        List<ResumedStream> resumed = [];
        lock (gate)
        {
            foreach (var answer in awaited.Values)
            {
                if (answer.Method != "tools/call" || (answer.Tool is not null && answer.Tool.Name != tool)) continue;
                answer.Failure ??= new Refusal(Reasons.Contained);
                resumed.AddRange(Copy(answer.Resumed));
            }
        }

        foreach (var stream in resumed) stream.End();
    }

    /// <summary>
    /// Records that the answer, which was taken for a resumed stream, was refused there. The stream gets the refusal, and those that are resumed
    /// later.
    /// </summary>
    /// <returns>False when no answer was taken: the request is still awaited.</returns>
    public bool TryFailTaken(AwaitedResponse answer, Refusal refusal)
    {
        lock (gate)
        {
            if (awaited.ContainsKey(answer.Exchange)) return false;
            answer.Failure = refusal;
            AddNewest(answer);
            return true;
        }
    }

    /// <summary>
    /// Records that the request of an exchange is answered on its own stream: its questions are over. Streams that resume it end where they do not
    /// get the answer as well; a client that lost it resumes again, and the server sends it there.
    /// </summary>
    /// <param name="exchange">Id of the exchange.</param>
    /// <param name="isOnOneStream">True when the server sends each message on one stream only.</param>
    public void NoteAnswered(string exchange, bool isOnOneStream)
    {
        ResumedStream[] resumed;
        lock (gate)
        {
            if (!awaited.TryGetValue(exchange, out var answer)) return;
            answer.IsAnswered = true;
            resumed = isOnOneStream ? Copy(answer.Resumed) : [];
        }

        foreach (var stream in resumed) stream.End();
    }

    /// <summary>Registers the exchange of a request whose answer comes as a stream; null when its answer is not awaited.</summary>
    /// <param name="exchange">Id of the exchange.</param>
    /// <param name="hear">Records a message of the server on the other stream.</param>
    /// <param name="endAnswered">Ends the exchange: the server has answered on the other stream.</param>
    public StreamedRequest? Begin(string exchange, Action hear, Action endAnswered)
    {
        lock (gate)
            return awaited.TryGetValue(exchange, out var answer) ? answer.Streamed = new StreamedRequest(this, answer, hear, endAnswered) : null;
    }

    /// <summary>Registers a stream that resumes that of a request; null when the answer to none is awaited there.</summary>
    public ResumedStream? Resume(string stream, Action end)
    {
        lock (gate)
        {
            if (!awaited.TryGetValue(stream, out var answer)) return null;
            var resumed = new ResumedStream(this, answer, end);
            (answer.Resumed ??= []).Add(resumed);
            return resumed;
        }
    }

    /// <summary>Tells whether the answer to the request that opened a stream can still come on a stream that resumes it.</summary>
    public bool IsExpected(string stream)
    {
        lock (gate) return awaited.TryGetValue(stream, out var answer) && !answer.IsAnswered && answer.Failure is null;
    }

    internal StreamedRequest? StreamedOf(AwaitedResponse answer)
    {
        lock (gate) return answer.Streamed;
    }

    internal bool IsAnswered(AwaitedResponse answer)
    {
        lock (gate) return answer.IsAnswered;
    }

    internal Refusal? FailureOf(AwaitedResponse answer)
    {
        lock (gate) return answer.Failure;
    }

    internal void End(StreamedRequest streamed)
    {
        lock (gate) streamed.Awaited.Streamed = null;
    }

    internal void End(ResumedStream resumed)
    {
        lock (gate) resumed.Awaited.Resumed?.Remove(resumed);
    }

    // Nearly no stream is resumed: nothing is allocated then.
    private static ResumedStream[] Copy(List<ResumedStream>? streams) => streams is null ? [] : [.. streams];

    private void AddNewest(AwaitedResponse answer)
    {
        awaited.Add(answer.Exchange, answer);
        if (awaited.Count > Most) awaited.RemoveAt(0);
    }
}
