using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Gatehouse.Range.Servers;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>An upstream that sends the requests of all callers over one <see cref="KeptConnection"/>.</summary>
internal sealed class PoolingUpstream(Uri url) : IUpstream
{
    private readonly KeptConnection server = new(url);

    public async ValueTask<IUpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        if (request.Message is not { } message) return NaiveReply.Accepted;
        var received = await server.SendAsync("POST", message.Bytes.ToArray()).ConfigureAwait(false);
        if (received.Body.Length == 0) return NaiveReply.Accepted;
        if (!MessageValidator.TryValidate(received.Body, MessageLimits.Default, out var answer, out _))
            throw new RefusalException(Reasons.UpstreamRefused, "no message");
        return new NaiveReply(UpstreamReplyKind.Single, answer, received.Headers.GetValueOrDefault("Mcp-Session-Id"));
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
