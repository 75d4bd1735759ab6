namespace Gatehouse.Gateway.Resilience;

/// <summary>
/// Leaves a failing server alone for a while (EX-04). After so many failures in a row nothing is sent; when the pause is over
/// one request may try, and its outcome decides: the way is open again, or the pause begins anew and is twice as long, up to
/// eight times the first. Safe for concurrent use.
/// </summary>
/// <param name="after">Failures in a row; 0 never rests.</param>
/// <param name="pause">The first pause; up to a half of it is added by chance, so that gateways do not come back at once.</param>
/// <param name="time">The clock.</param>
/// <param name="chance">Numbers from 0 to 1.</param>
internal sealed class CircuitBreaker(int after, TimeSpan pause, TimeProvider time, Func<double> chance)
{
    private const int LongestFactor = 8;

    private readonly Lock gate = new();
    private int failures;
    private int factor = 1;
    private long restedAt;
    private TimeSpan rest;
    private bool isResting;
    private bool isTrying;

    /// <summary>True when a request may be sent, as a trial after a pause; otherwise how long to wait.</summary>
    public bool TryEnter(out TimeSpan wait, out bool isTrial)
    {
        lock (gate)
        {
            isTrial = false;
            wait = TimeSpan.Zero;
            if (!isResting) return true;
            wait = rest - time.GetElapsedTime(restedAt);
            if (wait > TimeSpan.Zero) return false;
            wait = TimeSpan.FromSeconds(1); // somebody tries already
            if (isTrying) return false;
            wait = TimeSpan.Zero;
            isTrying = isTrial = true;
            return true;
        }
    }

    /// <summary>The server answered, whatever it said.</summary>
    public void Succeeded()
    {
        lock (gate)
        {
            (failures, factor, isResting, isTrying) = (0, 1, false, false);
        }
    }

    /// <summary>The server could not be reached, was silent, or said that it cannot answer.</summary>
    public void Failed()
    {
        lock (gate)
        {
            if (after == 0 || (isResting && !isTrying && time.GetElapsedTime(restedAt) < rest)) return; // late news of what is known
            if (!isResting && ++failures < after) return;
            if (isResting) factor = Math.Min(factor * 2, LongestFactor);
            rest = pause * factor * (1 + (chance() / 2));
            (restedAt, isResting, isTrying) = (time.GetTimestamp(), true, false);
        }
    }

    /// <summary>The request ended without news of the server: another one may try.</summary>
    public void Withdrawn()
    {
        lock (gate) isTrying = false;
    }

    /// <summary>Where it is. A pause that is over counts as half open: the next request may try.</summary>
    public CircuitState Circuit
    {
        get
        {
            lock (gate) return !isResting ? CircuitState.Closed : isTrying || time.GetElapsedTime(restedAt) >= rest ? CircuitState.HalfOpen : CircuitState.Open;
        }
    }

    /// <summary>For operators: <c>answering</c>, <c>failing 3</c>, <c>resting 8 s</c> or <c>trying</c>.</summary>
    public string State
    {
        get
        {
            lock (gate)
            {
                if (isTrying) return "trying";
                if (isResting)
                {
                    var left = rest - time.GetElapsedTime(restedAt);
                    return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"resting {Math.Max(0, Math.Ceiling(left.TotalSeconds))} s");
                }

                return failures == 0 ? "answering" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"failing {failures}");
            }
        }
    }
}
