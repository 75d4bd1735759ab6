using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Range.Doubles;

/// <summary>An authorize stage that protects tools and thinks of nothing else.</summary>
internal sealed class ToolsOnlyAuthorize(IStage policy) : IStage
{
    public string Name => "authorize";

    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation) =>
        exchange.Message?.Method == "tools/call" ? policy.RunAsync(exchange, cancellation) : ValueTask.FromResult(StageOutcome.Continue);
}
