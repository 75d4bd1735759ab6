using System.Net;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>Forwards requests with a given HTTP client.</summary>
internal sealed class ClientUpstream(Uri url, HttpMessageInvoker client) : IUpstream
{
    public async ValueTask<IUpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        using var outgoing = new HttpRequestMessage(HttpMethod.Post, url);
        if (request.Message is { } message) outgoing.Content = new ReadOnlyMemoryContent(message.Bytes);
        using var response = await client.SendAsync(outgoing, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Accepted) return NaiveReply.Accepted;
        var body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        if (!MessageValidator.TryValidate(body, MessageLimits.Default, out var answer, out _))
            throw new RefusalException(Reasons.UpstreamRefused, "no message");
        return new NaiveReply(UpstreamReplyKind.Single, answer, response.Headers.TryGetValues("Mcp-Session-Id", out var ids) ? ids.First() : null);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
