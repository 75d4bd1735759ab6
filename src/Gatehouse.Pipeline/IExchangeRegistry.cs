using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline;

/// <summary>
/// Exchanges under way, from the first look at their head to their last byte: counted, so that nobody has too many, and within reach of whatever
/// ends an exchange, a drain, a revocation, a new snapshot or the token's expiry (design rule 7).
/// </summary>
public interface IExchangeRegistry
{
    /// <summary>Enters an exchange whose caller is not known yet; it counts for its connection.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="end">Called when the gateway ends the exchange. May be called more than once, from any thread.</param>
    /// <exception cref="RefusalException">Too many of the connection wait for their authentication (<see cref="Reasons.TooBusy"/>).</exception>
    IExchangeLease Enter(Exchange exchange, Action<ExchangeEnd> end);

    /// <summary>Waits for a place at the server, in turn with the other callers. Disposing gives the place to the next.</summary>
    /// <exception cref="RefusalException">Too many wait, or none became free in time (<see cref="Reasons.TooBusy"/>).</exception>
    ValueTask<IDisposable> WaitForTurnAsync(Exchange exchange, CancellationToken cancellation);

    /// <summary>Ends a held request that the client of a notification sent before, in the same session or on the same connection.</summary>
    /// <returns>False when no such request is held.</returns>
    bool EndHeld(Exchange notification, JsonRpcId request);

    /// <summary>False when the caller of an exchange that was held has no right any more by the newest snapshot, or its token has expired.</summary>
    bool MayGoOn(Exchange exchange);
}
