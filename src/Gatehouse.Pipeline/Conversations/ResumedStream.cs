using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>A resumed stream that brings the answer to an earlier request.</summary>
/// <param name="requests">The requests of the session.</param>
/// <param name="awaited">The entry of the answer.</param>
/// <param name="end">Ends the wait of the stream for the server.</param>
internal sealed class ResumedStream(AwaitedResponses requests, AwaitedResponse awaited, Action end) : IDisposable
{
    /// <summary>Finds the request that a resumed stream of a session waits for; null for none.</summary>
    public static ResumedStream? Find(LiveSession session, string stream, Action end) => session.Awaited.Resume(stream, end);

    /// <summary>The entry of the answer.</summary>
    public AwaitedResponse Awaited => awaited;

    /// <summary>The refusal that the request got; then no answer comes. Null while there is none.</summary>
    public Refusal? Failure => requests.FailureOf(awaited);

    /// <summary>True once the request was answered on its own stream, which the client still had or lost.</summary>
    public bool IsAnsweredElsewhere => requests.IsAnswered(awaited);

    /// <summary>Records that the answer was refused when it came on this stream.</summary>
    /// <returns>False when no answer came.</returns>
    public bool TryFail(Refusal refusal) => requests.TryFailTaken(awaited, refusal);

    /// <summary>Records a message of the server on this stream, for the request that waits for its answer.</summary>
    public void Hear() => requests.StreamedOf(awaited)?.Hear();

    /// <summary>Ends the wait of this stream, because the request got a refusal or its answer elsewhere.</summary>
    public void End() => end();

    public void Dispose() => requests.End(this);
}
