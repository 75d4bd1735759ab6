using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Exchanges;

/// <summary>The place of one exchange among those in progress. Disposing of it returns the place.</summary>
public interface IExchangeLease : IDisposable
{
    /// <summary>
    /// Moves the exchange from its connection's count to the caller's, since the caller is known. A right that was withdrawn since the exchange began
    /// ends it.
    /// </summary>
    /// <param name="isStream">True when it is already known that the exchange is a stream.</param>
    /// <exception cref="RefusalException">The caller has too many exchanges in progress (<see cref="Reasons.TooBusy"/>).</exception>
    void Claim(bool isStream);

    /// <summary>Marks the exchange as a stream: it counts for the caller's streams, and ends with its token.</summary>
    /// <exception cref="RefusalException">The caller has too many streams (<see cref="Reasons.TooBusy"/>).</exception>
    void BecomeStream();

    /// <summary>Sets the time at which the exchange ends by its deadline (H33). It replaces an earlier one.</summary>
    /// <param name="due">Timestamp of the <see cref="TimeProvider"/> of the registry; null for none.</param>
    void SetDeadline(long? due);

    /// <summary>
    /// Marks the exchange as waiting for a verdict. Until the result is disposed of, it is shown as held, and ends with its token and with a drain.
    /// </summary>
    IDisposable Hold();
}
