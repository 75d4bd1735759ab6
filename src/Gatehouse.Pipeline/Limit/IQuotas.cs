using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Limit;

/// <summary>
/// The counts of exchanges against the limits of the configuration. One process counts in memory. Replicas would lease parts of a quota from the
/// store behind the same calls, so charging may wait (design rule 14).
/// </summary>
public interface IQuotas
{
    /// <summary>Charges one exchange to every limit that applies to it: to all of them or, when one refuses, to none.</summary>
    /// <returns>The refusal; null when it is charged.</returns>
    ValueTask<Refusal?> ChargeAsync(Exchange exchange);

    /// <summary>Counts bytes of an answer of a charged exchange before they are released.</summary>
    /// <returns>The refusal when the day's bytes are spent already; the message that reaches the limit still passes.</returns>
    Refusal? CountBytes(Exchange exchange, long bytes);

    /// <summary>Records that the charged exchange has ended and is no longer in progress.</summary>
    void Release(Exchange exchange);
}
