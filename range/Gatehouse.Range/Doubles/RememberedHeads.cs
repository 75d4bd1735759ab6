using System.Collections.Concurrent;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Upstream;

namespace Gatehouse.Range.Doubles;

/// <summary>
/// Keeps the heads of requests, for upstreams that hand them on. An upstream of the gateway gets no header of the client, so that a naive one needs
/// this stage in the place of accept to get at them.
/// </summary>
internal sealed class RememberedHeads(IStage accept) : IStage
{
    private readonly ConcurrentDictionary<string, IRequestHead> heads = new(StringComparer.Ordinal);

    public string Name => accept.Name;

    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        heads[exchange.Record.Id] = exchange.Head;
        return accept.RunAsync(exchange, cancellation);
    }

    /// <summary>The head of the exchange that made the request.</summary>
    public IRequestHead Of(UpstreamRequest request) =>
        request.Record is { } record && heads.TryGetValue(record.Id, out var head) ? head : NoRequestHead.Instance;
}
