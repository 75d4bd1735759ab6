using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>An authorize stage that compares a URI with what is forbidden as it is written.</summary>
internal sealed class AsWrittenAuthorize(string forbidden) : IStage
{
    public string Name => "authorize";

    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation) => ValueTask.FromResult(
        exchange.Message is { Method: "resources/read" } message
            && message.Text(EnvelopeMember.ParamsUri)!.StartsWith(forbidden, StringComparison.Ordinal)
            ? StageOutcome.Deny(Reasons.NotPermitted)
            : StageOutcome.Continue);
}
