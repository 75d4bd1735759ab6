using Gatehouse.Pipeline.Sessions;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Forward;

/// <summary>What comes back from a server for one request.</summary>
public interface IUpstreamReply : IAsyncDisposable
{
    /// <summary>How the server answers.</summary>
    UpstreamReplyKind Kind { get; }

    /// <summary>How the server declined the request; <see cref="UpstreamDecline.None"/> where it took it.</summary>
    UpstreamDecline Decline => UpstreamDecline.None;

    /// <summary>The upstream's session id, when it began one; empty for a process.</summary>
    string? SessionId { get; }

    /// <summary>
    /// The session that the answer began is bound to its owner. What was begun for a session that is not bound ends with the reply.
    /// </summary>
    void KeepSession()
    {
    }

    /// <summary>What a stream that is resumed has lost; null when nothing, or when that is the server's to know.</summary>
    StreamGap? Gap => null;

    /// <summary>The next message; null when there are no more.</summary>
    /// <exception cref="RefusalException">The stream broke or carried something that is not a validated message.</exception>
    ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellation);

    /// <summary>Answers a question of the server that nobody will answer, so that it does not wait.</summary>
    /// <param name="question">Its id.</param>
    /// <param name="byPolicy">True when the gateway refuses the question, false when there is no such method for this client.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask RejectAsync(Protocol.JsonRpcId question, bool byPolicy, CancellationToken cancellation);
}
