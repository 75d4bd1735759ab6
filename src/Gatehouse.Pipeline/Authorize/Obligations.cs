using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>The obligations of a permit. An obligation that no stage can fulfil turns the permit into a denial.</summary>
internal static class Obligations
{
    public static bool TryFulfil(Exchange exchange, in PolicyDecision decision)
    {
        foreach (var obligation in decision.Obligations)
        {
            if (obligation != Obligation.LogPayload) return false;
            exchange.Record.KeepPayload = true;
        }

        return true;
    }
}
