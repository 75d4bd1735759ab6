using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Limit;

/// <summary>
/// Where exchanges are counted against the limits of the configuration. One process counts in memory; replicas would lease
/// parts of a quota from the store behind the same calls, which is why charging may wait (design rule 14).
/// </summary>
public interface IQuotas
{
    /// <summary>Charges one exchange to every limit that speaks of it: to all of them or, when one refuses, to none.</summary>
    /// <returns>The refusal; null when it is charged.</returns>
    ValueTask<Refusal?> ChargeAsync(Exchange exchange);

    /// <summary>Counts bytes of an answer of a charged exchange before they are released.</summary>
    /// <returns>The refusal when the day's bytes are spent already; the message that reaches the limit still passes.</returns>
    Refusal? CountBytes(Exchange exchange, long bytes);

    /// <summary>The charged exchange has ended: it is not under way any more.</summary>
    void Release(Exchange exchange);
}
