namespace Gatehouse.Pipeline;

/// <summary>
/// Exchanges under way, so that a revocation, a new snapshot or the token's expiry ends those whose right is gone
/// (design rule 7).
/// </summary>
public interface IExchangeRegistry
{
    /// <summary>
    /// Takes the caller's place for a request whose body is not read yet; the place goes over to the exchange when it enters.
    /// Disposing gives back what did not go over.
    /// </summary>
    /// <exception cref="RefusalException">The caller has too many under way (<see cref="Reasons.TooBusy"/>).</exception>
    IDisposable Reserve(Exchange exchange);

    /// <summary>
    /// Enters the exchange; <paramref name="end"/> is called when its right is gone. Disposing takes it out.
    /// </summary>
    /// <exception cref="RefusalException">The caller has too many under way (<see cref="Reasons.TooBusy"/>).</exception>
    IDisposable Enter(Exchange exchange, bool isStream, Action end);

    /// <summary>
    /// Waits for a place at the server, in turn with the other callers. Disposing gives the place to the next.
    /// </summary>
    /// <exception cref="RefusalException">Too many wait, or none became free in time (<see cref="Reasons.TooBusy"/>).</exception>
    ValueTask<IDisposable> WaitForTurnAsync(Exchange exchange, CancellationToken cancellation);
}
