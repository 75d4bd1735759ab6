using System.Net;
using Gatehouse.Pipeline;
using Gatehouse.Protocol;

namespace Gatehouse.Range;

/// <summary>An upstream that hands on every header of the caller, the token among them.</summary>
internal sealed class PassthroughUpstream(Uri url) : IUpstream
{
    public async ValueTask<IUpstreamReply> SendAsync(Exchange exchange, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        if (exchange.Message is { } message) request.Content = new ReadOnlyMemoryContent(message.Bytes);
        foreach (var (name, value) in exchange.Head.WithPrefix(""))
        {
            if (name is not ("Host" or "Connection" or "Content-Length" or "Transfer-Encoding")) request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Loopback.Client.SendAsync(request, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Accepted) return NaiveReply.Accepted;
        var body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        if (!MessageProof.TryProve(body, ProofLimits.Default, out var answer, out _)) throw new RefusalException(Reasons.UpstreamRefused, "no message");
        return new NaiveReply(UpstreamReplyKind.Single, 200, answer, response.Headers.TryGetValues("Mcp-Session-Id", out var ids) ? ids.First() : null);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
