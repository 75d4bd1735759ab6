using Gatehouse.Pipeline;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The right of exchanges under way by the newest snapshot.</summary>
public interface IExchangeRights
{
    /// <summary>
    /// Whether an exchange has lost its right. Applied to a stream as it enters: one that was admitted by the previous snapshot and enters
    /// after the others were ended would otherwise outlive its right.
    /// </summary>
    bool HasLostRight(Exchange exchange);

    /// <summary>Whether the caller of an exchange that was held still has its right.</summary>
    bool MayStay(Exchange exchange);
}
