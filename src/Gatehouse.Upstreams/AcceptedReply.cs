using Gatehouse.Pipeline.Forward;
using Gatehouse.Protocol;

namespace Gatehouse.Upstreams;

/// <summary>A notification or answer was handed over, or the session ended; nothing comes back.</summary>
internal sealed class AcceptedReply(UpstreamReplyKind kind = UpstreamReplyKind.Accepted) : IUpstreamReply
{
    public UpstreamReplyKind Kind => kind;

    public string? SessionId => null;

    public ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellation) => ValueTask.FromResult<UpstreamEvent?>(null);

    public ValueTask RejectAsync(JsonRpcId question, bool byPolicy, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
