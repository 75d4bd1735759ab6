using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Exchanges;

/// <summary>
/// The exchanges in progress, from the first check of their head to their last byte. They are counted, so that no caller has too many. Every cause
/// that ends an exchange can reach them: a drain, a revocation, a new snapshot or the token's expiry (design rule 7).
/// </summary>
public interface IExchangeRegistry
{
    /// <summary>Enters an exchange whose caller is not known yet; it counts for its connection.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="life">Ended when the gateway ends the exchange. May be ended more than once, from any thread.</param>
    /// <exception cref="RefusalException">Too many exchanges of the connection wait for their authentication
    /// (<see cref="Reasons.TooBusy"/>).</exception>
    IExchangeLease Enter(Exchange exchange, IExchangeLife life);

    /// <summary>Waits for a place at the server, in turn with the other callers. Disposing of the result gives the place to the next.</summary>
    /// <exception cref="RefusalException">Too many wait, or no place became free in time (<see cref="Reasons.TooBusy"/>).</exception>
    ValueTask<IDisposable> WaitForTurnAsync(Exchange exchange, CancellationToken cancellation);

    /// <summary>Ends a held request that the sender of the notification sent before, in the same session or on the same connection.</summary>
    /// <returns>False when no such request is held.</returns>
    bool EndHeld(Exchange notification, JsonRpcId request);

    /// <summary>
    /// Tells whether a held exchange may continue. False when its caller has no right any more by the newest snapshot, or its token has expired.
    /// </summary>
    bool MayContinue(Exchange exchange);
}
