using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>A resumed stream that brings the answer to an earlier request.</summary>
internal sealed class FollowingStream(LiveSession session, AwaitedResponse awaited, ExchangeLifetime life) : IDisposable
{
    /// <summary>The entry of the answer.</summary>
    public AwaitedResponse Awaited => awaited;

    /// <summary>The refusal that the request got; then no answer comes. Null while there is none.</summary>
    public Refusal? Failure => session.FailureOf(awaited);

    /// <summary>Records a message of the server on this stream, for the request that waits for its answer.</summary>
    public void Hear() => session.OriginalOf(awaited)?.Hear();

    /// <summary>Ends the wait of this stream, since the request got a refusal.</summary>
    public void End() => life.EndWait();

    public void Dispose() => session.EndFollowing(this);
}
