using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The right of exchanges under way, by the newest snapshot.</summary>
public interface IExchangeRights
{
    /// <summary>
    /// Returns whether an exchange has lost its right. It is applied to a stream as it enters: a stream that was admitted by the previous snapshot
    /// and enters after the others were ended would otherwise outlive its right.
    /// </summary>
    bool HasLostRight(Exchange exchange);

    /// <summary>Returns whether the caller of an exchange that was held still has its right.</summary>
    bool MayStay(Exchange exchange);
}
