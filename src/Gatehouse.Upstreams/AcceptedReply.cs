using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;

namespace Gatehouse.Upstreams;

/// <summary>A reply without content: a notification or answer was delivered, or the session ended.</summary>
internal sealed class AcceptedReply(UpstreamReplyKind kind = UpstreamReplyKind.Accepted) : IUpstreamReply
{
    public UpstreamReplyKind Kind => kind;

    public string? SessionId => null;

    public ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellation) => ValueTask.FromResult<UpstreamEvent?>(null);

    public ValueTask RejectAsync(JsonRpcId question, bool byPolicy, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
