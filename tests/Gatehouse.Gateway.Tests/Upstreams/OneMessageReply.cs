using System.Text;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Gateway.Tests.Upstreams;

/// <summary>An answer that an upstream before the server's own makes by itself.</summary>
internal sealed class OneMessageReply(UpstreamRequest request, string result) : IUpstreamReply
{
    private bool isTaken;

    public UpstreamReplyKind Kind => UpstreamReplyKind.Single;

    public string? SessionId => null;

    public ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellation)
    {
        if (isTaken) return ValueTask.FromResult<UpstreamEvent?>(null);
        isTaken = true;
        var json = $"{{\"jsonrpc\":\"2.0\",\"id\":{Encoding.UTF8.GetString(request.Message!.Id.Raw.Span)},\"result\":{{\"resultType\":\"complete\",\"content\":[{{\"type\":\"text\",\"text\":\"{result}\"}}]}}}}";
        Assert.True(MessageValidator.TryValidate(Encoding.UTF8.GetBytes(json), MessageLimits.Default, out var message, out _));
        return ValueTask.FromResult<UpstreamEvent?>(new UpstreamEvent(message));
    }

    public ValueTask RejectAsync(JsonRpcId question, bool byPolicy, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
