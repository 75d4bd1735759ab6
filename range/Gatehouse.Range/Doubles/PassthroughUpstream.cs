using System.Net;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Gatehouse.Range.Running;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>An upstream that forwards the headers of the caller that stages read, the token among them.</summary>
internal sealed class PassthroughUpstream(Uri url, RememberedHeads heads) : IUpstream
{
    public async ValueTask<IUpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        using var outgoing = new HttpRequestMessage(HttpMethod.Post, url);
        if (request.Message is { } message) outgoing.Content = new ReadOnlyMemoryContent(message.Bytes);
        var head = heads.Of(request);
        foreach (var header in Enum.GetValues<RequestHeader>())
        {
            if (header is RequestHeader.Host or RequestHeader.ContentLength or RequestHeader.TransferEncoding) continue;
            if (head.Single(header) is { } value)
                outgoing.Headers.TryAddWithoutValidation(HeaderNames.Of(header), value);
        }

        using var response = await Loopback.Client.SendAsync(outgoing, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Accepted) return NaiveReply.Accepted;
        var body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        if (!MessageValidator.TryValidate(body, MessageLimits.Default, out var answer, out _))
            throw new RefusalException(Reasons.UpstreamRefused, "no message");
        return new NaiveReply(UpstreamReplyKind.Single, answer, response.Headers.TryGetValues("Mcp-Session-Id", out var ids) ? ids.First() : null);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
