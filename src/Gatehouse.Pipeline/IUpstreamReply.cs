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

    /// <summary>The next message; null when there are no more.</summary>
    /// <exception cref="RefusalException">The stream broke or carried something that is not a proven message.</exception>
    ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellation);

    /// <summary>Answers a question of the server that nobody will answer (dropped by policy), so that it does not wait.</summary>
    ValueTask RejectAsync(Protocol.JsonRpcId question, CancellationToken cancellation);
}
