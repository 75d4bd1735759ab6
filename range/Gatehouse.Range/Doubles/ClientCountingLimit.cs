using System.Collections.Concurrent;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>A limit stage that counts calls of <c>transfer</c> by the client id of the token.</summary>
internal sealed class ClientCountingLimit(int quota) : IStage
{
    private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);

    public string Name => "limit";

    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        var counts = exchange.Record.Name == "transfer" ? this.counts.AddOrUpdate(exchange.Caller.ClientId ?? "", 1, (_, count) => count + 1) : 0;
        return ValueTask.FromResult(counts > quota ? StageOutcome.Deny(Reasons.QuotaSpent) : StageOutcome.Continue);
    }
}
