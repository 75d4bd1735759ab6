using Gatehouse.Pipeline.Upstream;
using Gatehouse.Range.Servers;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>An upstream with a <see cref="NaiveBreaker"/>.</summary>
internal sealed class BreakingUpstream(Uri url, RememberedHeads heads) : IUpstream
{
    private readonly PassthroughUpstream server = new(url, heads);
    private readonly NaiveBreaker breaker = new();

    public async ValueTask<IUpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        if (breaker.IsOpen) throw new RefusalException(Reasons.UpstreamResting);
        try
        {
            var reply = await server.SendAsync(request, cancellation).ConfigureAwait(false);
            breaker.Note(succeeded: true);
            return reply;
        }
        catch (HttpRequestException e)
        {
            breaker.Note(succeeded: false);
            throw new RefusalException(Reasons.UpstreamUnreachable, null, e);
        }
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
