using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Upstreams;

/// <summary>
/// The questions of one process that wait for an answer, each with the session that was asked, and the requests of a shared process whose work may
/// continue without a caller. Bounded; safe for concurrent use.
/// </summary>
/// <remarks>
/// The threat: servers number their questions 0, 1, 2. A caller of a shared process that was asked question 0 of an earlier process, and did not
/// answer it, could answer question 0 that the present process asks another caller: a confirmation by the wrong person (CWE-639, CWE-863).
/// </remarks>
/// <param name="time">The clock of abandoned requests.</param>
internal class StdioQuestions(TimeProvider time)
{
    /// <summary>
    /// Time after which the process is assumed to be done with an abandoned request. A server that accepts a cancellation sends no answer (MCP
    /// 2025-11-25, cancellation), so that no message shows it. Without a limit, one caller who leaves would end the questions to all others.
    /// </summary>
    public static readonly TimeSpan Lapse = TimeSpan.FromMinutes(1);

    /// <summary>Most questions that are remembered. Above it, the caller with the most of them loses its oldest one.</summary>
    public const int Most = 1024;

    /// <summary>Most abandoned requests that are remembered. Above it, the newest takes the place of another one.</summary>
    public const int MostAbandoned = 1024;

    private readonly Lock gate = new();
    private readonly OrderedDictionary<JsonRpcId, Question> waiting = [];
    private readonly Dictionary<long, long> abandoned = []; // with the time stamp

    /// <summary>
    /// True when the process may still work for a caller who has left. Its question could be about that caller's request, and would be shown to
    /// another one.
    /// </summary>
    public virtual bool IsAmbiguous
    {
        get
        {
            lock (gate)
            {
                if (abandoned.Count == 0) return false;
                foreach (var (key, since) in abandoned)
                {
                    if (time.GetElapsedTime(since) >= Lapse) abandoned.Remove(key);
                }

                return abandoned.Count > 0;
            }
        }
    }

    /// <summary>Records a question that is sent to the client of a request.</summary>
    public void Asked(ValidatedMessage question, UpstreamRequest of)
    {
        var progress = JsonRpcId.TryParse(question.Part(EnvelopeMember.MetaProgressToken), MessageLimits.Default, out var token)
            ? token.Detach() : default;
        lock (gate)
        {
            waiting.Remove(question.Id); // a server that uses an id again has given the first question up
            if (waiting.Count >= Most) waiting.Remove(OldestOfTheLargest());
            waiting.Add(question.Id.Detach(), new Question(of.Session?.Uid, of.Partition ?? CallerPartition.Unknown, progress));
        }
    }

    /// <summary>
    /// Takes the question of this id that this process asked the session; null when there is none. It is over with <see cref="Close"/>, and open again
    /// with <see cref="PutBack"/>.
    /// </summary>
    public Question? Take(JsonRpcId id, UpstreamSession? session)
    {
        lock (gate)
        {
            if (!waiting.TryGetValue(id, out var asked) || asked.IsTaken || !IsAskedOf(asked, session)) return null;
            asked.IsTaken = true;
            return asked;
        }
    }

    /// <summary>Opens a question again whose answer the process did not get. One that the process took back meanwhile is forgotten.</summary>
    public void PutBack(Question question)
    {
        lock (gate) question.IsTaken = false;
    }

    /// <summary>Ends a question whose answer the process has, unless the process has used the id again.</summary>
    public void Close(JsonRpcId id, Question question)
    {
        lock (gate)
        {
            if (waiting.TryGetValue(id, out var asked) && ReferenceEquals(asked, question)) waiting.Remove(id);
        }
    }

    /// <summary>Tells whether this process gave the session this progress token with a question.</summary>
    public bool IsProgressOf(JsonRpcId token, UpstreamSession? session)
    {
        lock (gate) return !token.IsAbsent && waiting.Values.Any(asked => asked.Progress == token && !asked.IsTaken && IsAskedOf(asked, session));
    }

    /// <summary>Forgets a question that was refused, or that its server took back.</summary>
    public void Forget(JsonRpcId question)
    {
        lock (gate) waiting.Remove(question);
    }

    /// <summary>Records that no caller waits any more for the answer of a request.</summary>
    public void Abandon(long key)
    {
        lock (gate)
        {
            if (abandoned.Count >= MostAbandoned) abandoned.Remove(abandoned.First().Key);
            abandoned[key] = time.GetTimestamp();
        }
    }

    /// <summary>Records that the process has answered a request.</summary>
    public void Answered(long key)
    {
        lock (gate)
        {
            abandoned.Remove(key);
        }
    }

    /// <summary>Tells whether a question was asked of a session.</summary>
    protected virtual bool IsAskedOf(Question question, UpstreamSession? session) => question.Session == session?.Uid;

    private JsonRpcId OldestOfTheLargest()
    {
        var largest = waiting.Values.CountBy(asked => asked.Caller).MaxBy(pair => pair.Value).Key;
        return waiting.First(pair => pair.Value.Caller == largest).Key;
    }

    /// <summary>A question that waits for an answer.</summary>
    /// <param name="session">The session that was asked.</param>
    /// <param name="caller">Its caller, whose part of the bound it takes.</param>
    /// <param name="progress">The token for reports of progress; absent for none.</param>
    internal sealed class Question(string? session, CallerPartition caller, JsonRpcId progress)
    {
        public string? Session => session;

        public CallerPartition Caller => caller;

        public JsonRpcId Progress => progress;

        /// <summary>True while an answer is on the way to the process. Guarded by the questions.</summary>
        public bool IsTaken { get; set; }
    }
}
