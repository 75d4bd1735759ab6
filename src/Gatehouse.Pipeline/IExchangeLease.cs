using Gatehouse.Refusals;

namespace Gatehouse.Pipeline;

/// <summary>The place of one exchange among those under way. Disposing gives it back.</summary>
public interface IExchangeLease : IDisposable
{
    /// <summary>
    /// The caller is known: from now on the exchange counts for the caller and not for the connection, and a right that was withdrawn
    /// since the exchange began ends it.
    /// </summary>
    /// <param name="isStream">True when it is known already that the exchange is a stream.</param>
    /// <exception cref="RefusalException">The caller has too many under way (<see cref="Reasons.TooBusy"/>).</exception>
    void Claim(bool isStream);

    /// <summary>The exchange is a stream: it counts for the caller's streams, and ends with its token.</summary>
    /// <exception cref="RefusalException">The caller has too many streams (<see cref="Reasons.TooBusy"/>).</exception>
    void BecomeStream();

    /// <summary>The exchange waits for a verdict. Until the result is disposed it is shown as held, ends with its token and with a drain.</summary>
    IDisposable Hold();
}
