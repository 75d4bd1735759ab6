using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;

namespace Gatehouse.Bench.Micro;

/// <summary>A server that has answered before it was asked; proves its answer anew each time, as a real one must.</summary>
/// <param name="answer">Returns the next answer.</param>
/// <param name="waits">What the answer waits for; null for nothing.</param>
internal sealed class InstantUpstream(Func<byte[]> answer, Waits? waits = null) : IUpstream
{
    public ValueTask<IUpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        var reply = new Reply(Messages.Validate(answer()));
        return waits?.For<IUpstreamReply>(reply) ?? ValueTask.FromResult<IUpstreamReply>(reply);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Reply(ValidatedMessage message) : IUpstreamReply
    {
        public UpstreamReplyKind Kind => UpstreamReplyKind.Single;

        public string? SessionId => null;

        public ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellation) =>
            ValueTask.FromResult<UpstreamEvent?>(new UpstreamEvent(message));

        public ValueTask RejectAsync(JsonRpcId question, bool byPolicy, CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
