using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Relaying;
using Gatehouse.Refusals;

namespace Gatehouse.Range.Doubles;

/// <summary>Sends refusals, and waits for each client as long as it takes.</summary>
internal static class EndlessPatience
{
    /// <summary>Sends a refusal.</summary>
    public static ValueTask SendAsync(IReply reply, Exchange exchange, Refusal refusal, TimeProvider time) =>
        reply.RefuseAsync(exchange, refusal, CancellationToken.None);
}
