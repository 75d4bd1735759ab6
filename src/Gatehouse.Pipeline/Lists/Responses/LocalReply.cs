using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Lists.Responses;

/// <summary>An answer of the gateway in the server's place; it takes the same path to the client as a server's.</summary>
internal sealed class LocalReply(ValidatedMessage answer, bool streamed) : IUpstreamReply
{
    private ValidatedMessage? next = answer;

    public UpstreamReplyKind Kind => streamed ? UpstreamReplyKind.Stream : UpstreamReplyKind.Single;

    public string? SessionId => null;

    public ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellation)
    {
        var item = next is { } message ? new UpstreamEvent(message) : null;
        next = null;
        return ValueTask.FromResult(item);
    }

    public ValueTask RejectAsync(JsonRpcId question, bool byPolicy, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
