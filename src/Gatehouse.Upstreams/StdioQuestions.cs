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
internal sealed class StdioQuestions
{
    /// <summary>Most questions that are remembered. Above it, the caller with the most of them loses its oldest one.</summary>
    public const int Most = 1024;

    /// <summary>Most abandoned requests that are remembered. Above it, the process asks nothing more.</summary>
    public const int MostAbandoned = 1024;

    private readonly Lock gate = new();
    private readonly OrderedDictionary<JsonRpcId, Question> waiting = [];
    private readonly HashSet<long> abandoned = [];

    /// <summary>
    /// True when the process may still work for a caller who has left. Its question could be about that caller's request, and would be shown to
    /// another one.
    /// </summary>
    public bool IsAmbiguous
    {
        get
        {
            lock (gate) return abandoned.Count > 0;
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

    /// <summary>Tells whether this process asked the session a question of this id.</summary>
    public bool IsOf(JsonRpcId question, UpstreamSession? session)
    {
        lock (gate) return waiting.TryGetValue(question, out var asked) && asked.Session == session?.Uid;
    }

    /// <summary>Tells whether this process gave the session this progress token with a question.</summary>
    public bool IsProgressOf(JsonRpcId token, UpstreamSession? session)
    {
        lock (gate) return !token.IsAbsent && waiting.Values.Any(asked => asked.Progress == token && asked.Session == session?.Uid);
    }

    /// <summary>Forgets a question that was answered or refused, or that its server took back.</summary>
    public void Forget(JsonRpcId question)
    {
        lock (gate) waiting.Remove(question);
    }

    /// <summary>Records that no caller waits any more for the answer of a request.</summary>
    public void Abandon(long key)
    {
        lock (gate)
        {
            if (abandoned.Count < MostAbandoned) abandoned.Add(key);
        }
    }

    /// <summary>Records that the process has answered a request.</summary>
    public void Answered(long key)
    {
        lock (gate)
        {
            if (abandoned.Count < MostAbandoned) abandoned.Remove(key); // at the bound, others were not recorded
        }
    }

    private JsonRpcId OldestOfTheLargest()
    {
        var largest = waiting.Values.CountBy(asked => asked.Caller).MaxBy(pair => pair.Value).Key;
        return waiting.First(pair => pair.Value.Caller == largest).Key;
    }

    private sealed record Question(string? Session, CallerPartition Caller, JsonRpcId Progress);
}
