using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Approve;

/// <summary>The stage that asks for the approval of a person, and uses the approval up once the message may be sent.</summary>
public interface IApproveStage : IStage
{
    /// <summary>
    /// Uses the approval up for the exchange in its form of now. The rules, the definition or the server may have changed since the person was asked.
    /// </summary>
    /// <returns>The reason why the exchange ends; null when it is forwarded.</returns>
    ValueTask<Refusal?> CommitAsync(Exchange exchange, CancellationToken cancellation);
}
