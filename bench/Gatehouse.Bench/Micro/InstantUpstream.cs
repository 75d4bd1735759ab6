using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;

namespace Gatehouse.Bench.Micro;

/// <summary>A server that has answered before it was asked; proves its answer anew each time, as a real one must.</summary>
internal sealed class InstantUpstream(Func<byte[]> answer) : IUpstream
{
    public ValueTask<IUpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellation) =>
        ValueTask.FromResult<IUpstreamReply>(new Reply(Messages.Validate(answer())));

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
