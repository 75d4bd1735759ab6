using Gatehouse.Pipeline;

namespace Gatehouse.Range;

/// <summary>An authorize stage that takes calls of tools for the only thing there is to decide about.</summary>
internal sealed class ToolCallsOnlyAuthorize(IStage policy) : IStage
{
    public string Name => policy.Name;

    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation) =>
        exchange.Message?.Method is "tools/call" ? policy.RunAsync(exchange, cancellation) : ValueTask.FromResult(StageOutcome.Continue);
}
