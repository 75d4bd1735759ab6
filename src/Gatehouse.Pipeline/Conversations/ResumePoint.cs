using System.Buffers.Text;
using System.Security.Cryptography;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>The position at which a stream of a session continues (legacy era, ST-02).</summary>
/// <param name="Stream">The stream within the session: that of the request that opened it; empty for the session's own.</param>
/// <param name="UpstreamEventId">The upstream's event id, for an HTTP upstream; the gateway's event number otherwise.</param>
public sealed record ResumePoint(string Stream, string UpstreamEventId)
{
    private const int NameBytes = 16;

    /// <summary>Returns the name of the stream that a request opens.</summary>
    public static string StreamOf(JsonRpcId request) => Base64Url.EncodeToString(SHA256.HashData(request.Raw.Span).AsSpan(0, NameBytes));
}
