namespace Gatehouse.Pipeline;

/// <summary>What comes back from a server for one exchange.</summary>
public interface IUpstreamReply : IAsyncDisposable
{
    /// <summary>How the server answers.</summary>
    UpstreamReplyKind Kind { get; }

    /// <summary>HTTP status for the client: one of 200, 202, 400, 404, 405.</summary>
    int Status { get; }

    /// <summary>The upstream's session id, when it began one; empty for a process.</summary>
    string? SessionId { get; }

    /// <summary>What a stream that is resumed has lost; null when nothing, or when that is the server's to know.</summary>
    StreamGap? Gap => null;

    /// <summary>The next message; null when there are no more.</summary>
    /// <exception cref="RefusalException">The stream broke or carried something that is not a proven message.</exception>
    ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellation);

    /// <summary>Answers a question of the server that nobody will answer, so that it does not wait.</summary>
    /// <param name="question">Its id.</param>
    /// <param name="byPolicy">True when the gateway refuses the question, false when there is no such method for this client.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask RejectAsync(Protocol.JsonRpcId question, bool byPolicy, CancellationToken cancellation);
}
