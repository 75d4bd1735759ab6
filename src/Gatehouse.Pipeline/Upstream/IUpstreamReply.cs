using Gatehouse.Pipeline.Conversations;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Upstream;

/// <summary>The reply of a server to one request.</summary>
public interface IUpstreamReply : IAsyncDisposable
{
    /// <summary>Kind of the reply.</summary>
    UpstreamReplyKind Kind { get; }

    /// <summary>The way in which the server declined the request; <see cref="UpstreamDecline.None"/> if it accepted it.</summary>
    UpstreamDecline Decline => UpstreamDecline.None;

    /// <summary>The upstream's session id, when it began one; empty for a process.</summary>
    string? SessionId { get; }

    /// <summary>
    /// Keeps the session that the answer began, because it is now bound to its owner. If the session is not bound, it ends with the reply.
    /// </summary>
    void KeepSession()
    {
    }

    /// <summary>The messages that a resumed stream has lost; null when none, or when only the server knows.</summary>
    StreamGap? Gap => null;

    /// <summary>Returns the next message; null when there are no more.</summary>
    /// <exception cref="RefusalException">The stream broke or contained something that is not a validated message.</exception>
    ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellation);

    /// <summary>Rejects a question of the server that no client will answer, so that the server does not wait.</summary>
    /// <param name="question">Its id.</param>
    /// <param name="byPolicy">True when the gateway refuses the question, false when there is no such method for this client.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask RejectAsync(Protocol.JsonRpcId question, bool byPolicy, CancellationToken cancellation);
}
