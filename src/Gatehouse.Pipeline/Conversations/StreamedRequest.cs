namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// The exchange of a request whose answer comes as a stream, for the stream that resumes it. A server over HTTP sends each message on one of the two
/// (MCP 2025-11-25, transports, multiple connections), so that the exchange itself sees nothing of what comes on the other.
/// </summary>
/// <param name="requests">The requests of the session.</param>
/// <param name="awaited">The entry of its answer.</param>
/// <param name="hear">Records a message of the server on the other stream: the server is not silent.</param>
/// <param name="endAnswered">Ends the exchange: the server has answered on the other stream.</param>
internal sealed class StreamedRequest(AwaitedResponses requests, AwaitedResponse awaited, Action hear, Action endAnswered) : IDisposable
{
    /// <summary>The entry of its answer.</summary>
    public AwaitedResponse Awaited => awaited;

    /// <summary>Records a message of the server on the other stream.</summary>
    public void Hear() => hear();

    /// <summary>Ends the exchange: there is nothing left to wait for or to cancel.</summary>
    public void EndAnswered() => endAnswered();

    public void Dispose() => requests.End(this);
}
