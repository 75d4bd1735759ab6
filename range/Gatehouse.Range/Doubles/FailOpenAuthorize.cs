using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>An authorize stage that takes a decision point which makes no decision for one that has nothing against it.</summary>
internal sealed class FailOpenAuthorize(IStage real) : IStage
{
    private static readonly Reason[] Undecided = [Reasons.DecisionPointDown, Reasons.DecisionPointSlow, Reasons.DecisionPointFault];

    public string Name => "authorize";

    public async ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation)
    {
        var outcome = await real.RunAsync(exchange, cancellation).ConfigureAwait(false);
        AnyDefinition.GiveTo(exchange);
        return outcome.Refusal is { } refusal && Undecided.Contains(refusal.Reason) ? StageOutcome.Continue : outcome;
    }
}
