using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>A resumed stream that brings the answer to an earlier request.</summary>
/// <param name="session">The session.</param>
/// <param name="awaited">The entry of the answer.</param>
/// <param name="end">Ends the wait of the stream for the server.</param>
internal sealed class FollowingStream(LiveSession session, AwaitedResponse awaited, Action end) : IDisposable
{
    /// <summary>The entry of the answer.</summary>
    public AwaitedResponse Awaited => awaited;

    /// <summary>The refusal that the request got; then no answer comes. Null while there is none.</summary>
    public Refusal? Failure => session.FailureOf(awaited);

    /// <summary>True once the request was answered on its own stream, which the client still had or lost.</summary>
    public bool IsAnsweredElsewhere => session.IsAnswered(awaited);

    /// <summary>Records that the answer was refused when it came on this stream.</summary>
    /// <returns>False when no answer came.</returns>
    public bool TryFail(Refusal refusal) => session.TryFailTaken(awaited, refusal);

    /// <summary>Records a message of the server on this stream, for the request that waits for its answer.</summary>
    public void Hear() => session.OriginalOf(awaited)?.Hear();

    /// <summary>Ends the wait of this stream, because the request got a refusal or its answer elsewhere.</summary>
    public void End() => end();

    public void Dispose() => session.EndFollowing(this);
}
