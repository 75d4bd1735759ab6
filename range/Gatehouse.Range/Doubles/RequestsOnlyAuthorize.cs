using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Protocol;

namespace Gatehouse.Range.Doubles;

/// <summary>
/// An authorize stage that asks the policy about requests only: a message without an id is taken for a notification that does nothing.
/// </summary>
internal sealed class RequestsOnlyAuthorize(IStage policy) : IStage
{
    public string Name => "authorize";

    public ValueTask<StageOutcome> RunAsync(Exchange exchange, CancellationToken cancellation) =>
        exchange.Message?.Kind == MessageKind.Notification
            ? ValueTask.FromResult(StageOutcome.Continue) : policy.RunAsync(exchange, cancellation);
}
