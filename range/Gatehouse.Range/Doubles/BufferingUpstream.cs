using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Gatehouse.Range.Servers;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>An upstream that does not count the bytes of answers (<see cref="BufferingClient"/>).</summary>
internal sealed class BufferingUpstream(Uri url) : IUpstream
{
    public async ValueTask<IUpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        if (request.Message is not { } message) return NaiveReply.Accepted;
        var received = await BufferingClient.SendAsync(url, HttpMethod.Post, message.Bytes, cancellation).ConfigureAwait(false);
        if (received.Message.Length == 0) return NaiveReply.Accepted;
        if (!MessageValidator.TryValidate(received.Message, MessageLimits.Default, out var answer, out _))
            throw new RefusalException(Reasons.UpstreamRefused, "no message");
        return new NaiveReply(UpstreamReplyKind.Single, answer, received.SessionId);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
