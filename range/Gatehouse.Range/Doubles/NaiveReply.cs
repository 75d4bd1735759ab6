using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;

namespace Gatehouse.Range.Doubles;

/// <summary>One answer of a naive upstream.</summary>
internal sealed class NaiveReply(UpstreamReplyKind kind, ValidatedMessage? message = null, string? sessionId = null) : IUpstreamReply
{
    private ValidatedMessage? next = message;

    public UpstreamReplyKind Kind => kind;

    public string? SessionId => sessionId;

    public static NaiveReply Accepted { get; } = new(UpstreamReplyKind.Accepted);

    public ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellation)
    {
        var item = next is null ? null : new UpstreamEvent(next);
        next = null;
        return ValueTask.FromResult(item);
    }

    public ValueTask RejectAsync(JsonRpcId question, bool byPolicy, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
