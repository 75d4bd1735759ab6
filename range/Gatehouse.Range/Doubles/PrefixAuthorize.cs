using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Range.Servers;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>An authorize stage that takes a path for one inside a folder when it begins with the folder's name.</summary>
internal sealed class PrefixAuthorize(string folder) : IStage
{
    public string Name => "authorize";

    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        AnyDefinition.GiveTo(exchange);
        return ValueTask.FromResult(
            exchange.Message is not { Method: "tools/call" } message
                || NaiveReading.PathBeginsWith(message.Bytes.ToArray(), folder) ? StageOutcome.Continue : StageOutcome.Deny(Reasons.NotPermitted));
    }
}
