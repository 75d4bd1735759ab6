using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Range.Tests;

/// <summary>A stage that lets everything pass.</summary>
internal sealed class PassingStage(string name) : IStage
{
    public string Name => name;

    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation) => ValueTask.FromResult(StageOutcome.Continue);
}
