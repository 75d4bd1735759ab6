using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Range.Servers;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>An authorize stage that compares the amount when it is a number, and has no opinion otherwise.</summary>
internal sealed class NumbersOnlyAuthorize : IStage
{
    public string Name => "authorize";

    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        AnyDefinition.GiveTo(exchange);
        return ValueTask.FromResult(
            exchange.Message is not { Method: "tools/call" } message || NaiveReading.AmountIsSmall(message.Bytes.ToArray()) ? StageOutcome.Continue
                : StageOutcome.Deny(Reasons.NotPermitted));
    }
}
