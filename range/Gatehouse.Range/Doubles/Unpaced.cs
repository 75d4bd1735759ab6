using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Relaying;
using Gatehouse.Pipeline.Upstream;

namespace Gatehouse.Range.Doubles;

/// <summary>Events as fast as the server sends them, as naive relays have them.</summary>
internal sealed class Unpaced(IUpstreamReply upstream) : INotificationPolicy
{
    public static INotificationPolicy Open(IUpstreamReply upstream, Exchange exchange, TimeProvider time) => new Unpaced(upstream);

    public ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellation) => upstream.NextAsync(cancellation);
}
