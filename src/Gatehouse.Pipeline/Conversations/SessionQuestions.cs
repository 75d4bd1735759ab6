using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// The questions of a session that wait for the client's answer: those of its server (L18, X11) and those of the gateway. Bounded; safe for
/// concurrent use.
/// </summary>
public sealed class SessionQuestions
{
    /// <summary>Most questions of the server, and most of the gateway, that may wait at the same time.</summary>
    public const int Most = 64;

    private readonly Lock gate = new();
    private readonly OrderedDictionary<JsonRpcId, ServerQuestion> waiting = [];
    private readonly Dictionary<JsonRpcId, OwnQuestion> own = [];
    private bool rootsAnnounced;

    /// <summary>
    /// Records a question of the server that is shown to the client. A stream that is resumed has two exchanges for a while, the one that opened it
    /// and the one that resumed it, and both see the question: it is one question.
    /// </summary>
    /// <param name="question">The question.</param>
    /// <param name="mayBegin">True when the server may ask a new question now.</param>
    /// <param name="isOver">Tells whether the request that opened a stream is over: its questions make room.</param>
    internal QuestionShowing Show(ServerQuestion question, bool mayBegin, Func<string, bool> isOver)
    {
        lock (gate)
        {
            var isKnown = waiting.TryGetValue(question.Id, out var known);
            if (isKnown && known!.Stream == question.Stream && known.Exchange != question.Exchange)
            {
                if (known.State == ServerQuestionState.Open) return QuestionShowing.Shown;
                if (question.Stream.Length > 0) return QuestionShowing.Repeated; // each GET without a position has the session's own stream
            }

            if (isKnown && !IsOver(known!, isOver)) return QuestionShowing.Refused;
            return mayBegin && TryAdd(question, isOver) ? QuestionShowing.Shown : QuestionShowing.Refused;
        }
    }

    /// <summary>
    /// As <see cref="Show"/>, for the question for the roots that an announcement invited. An announcement invites one question.
    /// </summary>
    internal bool TryShowRoots(ServerQuestion question, Func<string, bool> isOver)
    {
        lock (gate)
        {
            if (!rootsAnnounced || (waiting.TryGetValue(question.Id, out var known) && !IsOver(known, isOver))) return false;
            if (!TryAdd(question, isOver)) return false;
            rootsAnnounced = false;
            return true;
        }
    }

    /// <summary>
    /// Records that the client reported that it is initialized, or that its roots changed. The server may then ask for the roots once without a
    /// request in progress, because such a message invites that (MCP 2025-11-25, roots).
    /// </summary>
    public void AnnounceRoots()
    {
        lock (gate) rootsAnnounced = true;
    }

    /// <summary>Records that the server took a question back. Each exchange of its stream may show that. No answer is expected any more.</summary>
    /// <returns>False when the session has no such question, and for one whose answer the server has.</returns>
    internal bool TryTakeBack(JsonRpcId id)
    {
        lock (gate)
        {
            if (!waiting.TryGetValue(id, out var question) || question.State == ServerQuestionState.Answered) return false;
            question.State = ServerQuestionState.TakenBack; // also while its answer is on the way: it is not put back then
            return true;
        }
    }

    /// <summary>Tells whether a question waits that gave this progress token.</summary>
    internal bool IsProgressOf(JsonRpcId token)
    {
        if (token.IsAbsent) return false;
        lock (gate) return waiting.Values.Any(question => question.Progress == token && question.State == ServerQuestionState.Open);
    }

    /// <summary>Takes the question that a client's response answers; null when none waits.</summary>
    internal ServerQuestion? Take(JsonRpcId id)
    {
        lock (gate)
        {
            if (!waiting.TryGetValue(id, out var question) || question.State != ServerQuestionState.Open) return null;
            question.State = ServerQuestionState.Answering;
            return question;
        }
    }

    /// <summary>
    /// Opens a question again whose answer did not reach the server: the client may send it again. Not when the server has taken it back meanwhile,
    /// or another one has its place.
    /// </summary>
    internal void PutBack(ServerQuestion question)
    {
        lock (gate)
        {
            if (question.State == ServerQuestionState.Answering) question.State = ServerQuestionState.Open;
        }
    }

    /// <summary>Ends a question whose answer the server has, or may have.</summary>
    internal void Close(ServerQuestion question)
    {
        lock (gate)
        {
            if (question.State == ServerQuestionState.Answering) question.State = ServerQuestionState.Answered;
        }
    }

    /// <summary>Records a question of the gateway. Null when too many wait, or a question of the server has its id.</summary>
    /// <param name="id">Id of the question, which no server can guess.</param>
    internal OwnQuestion? AskOwn(JsonRpcId id)
    {
        var question = new OwnQuestion(id);
        lock (gate) return own.Count < Most && !waiting.ContainsKey(id) && own.TryAdd(id, question) ? question : null;
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

    // The threat: a server that takes its questions back, or whose client does not answer, could ask nothing more in the session after 64 of them.
    private bool TryAdd(ServerQuestion question, Func<string, bool> isOver)
    {
        if (own.ContainsKey(question.Id)) return false;
        waiting.Remove(question.Id); // a server that uses the id of a question that is over
        if (waiting.Count >= Most && !waiting.Remove(waiting.FirstOrDefault(pair => IsOver(pair.Value, isOver)).Key)) return false;
        waiting.Add(question.Id, question);
        return true;
    }

    // Threat: a server that numbers its questions from the start in each call loses all later ones by one that was not answered, or was taken back
    // too late. It may use the id again before the exchange of the answer has ended.
    private static bool IsOver(ServerQuestion question, Func<string, bool> isOver) =>
        question.State != ServerQuestionState.Open || isOver(question.Stream);
}
