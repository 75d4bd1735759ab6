using Gatehouse.Pipeline.Upstream;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>
/// The exchange of a request whose answer comes as a stream, for the stream that resumes it. A server over HTTP sends each message on one of the two
/// (MCP 2025-11-25, transports, multiple connections), so that the exchange itself sees nothing of what comes on the other.
/// </summary>
internal sealed class StreamedRequest(LiveSession session, AwaitedResponse awaited, ExchangeLifetime life, UpstreamRequest upstream, TimeSpan idle)
    : IDisposable
{
    /// <summary>The entry of its answer.</summary>
    public AwaitedResponse Awaited => awaited;

    /// <summary>Records a message of the server on the other stream: the server is not silent.</summary>
    public void Hear() => life.ExpectAgain(idle);

    /// <summary>Ends the exchange: the server has answered on the other stream. There is nothing left to wait for or to cancel.</summary>
    public void EndAnswered()
    {
        upstream.Answered();
        life.EndAnsweredElsewhere();
    }

    public void Dispose() => session.EndOriginal(this);
}
