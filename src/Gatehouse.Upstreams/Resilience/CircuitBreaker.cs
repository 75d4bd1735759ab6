using Gatehouse.Identity.Partitions;

namespace Gatehouse.Upstreams.Resilience;

/// <summary>
/// Leaves a failing server alone for a while (EX-04). After so many failures in a row nothing is sent; when the pause is over the
/// gateway itself asks the server, and its answer decides: the way is open again, or the pause begins anew and is twice as long, up to
/// eight times the first. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The threat: one caller closes a server to all by requests of which he knows that they fail, such as calls of a slow tool (CWE-770).
/// Failures that a request may itself have caused therefore open nothing while all of them are one caller's: the gateway asks the server
/// first. Nor is a trial anybody's request, which its caller could make fail again and again.
/// </remarks>
/// <param name="after">Failures in a row; 0 never rests.</param>
/// <param name="pause">The first pause; up to a half of it is added by chance, so that gateways do not come back at once.</param>
/// <param name="time">The clock.</param>
/// <param name="chance">Numbers from 0 to 1.</param>
internal sealed class CircuitBreaker(int after, TimeSpan pause, TimeProvider time, Func<double> chance)
{
    private const int LongestFactor = 8;

    private readonly Lock gate = new();
    private int failures;
    private CallerPartition? only; // whose all failures of the row are
    private bool isGeneral;
    private int factor = 1;
    private long restedAt;
    private TimeSpan rest;
    private bool isResting;
    private bool isAsking;

    /// <summary>True when a request may be sent; otherwise how long to wait.</summary>
    /// <param name="wait">How long to wait.</param>
    /// <param name="mustAsk">True when the pause is over: the server is to be asked before, and <see cref="Asked"/> told of it.</param>
    public bool TryEnter(out TimeSpan wait, out bool mustAsk)
    {
        lock (gate)
        {
            mustAsk = false;
            wait = TimeSpan.Zero;
            if (!isResting) return true;
            wait = Left();
            if (wait > TimeSpan.Zero) return false;
            wait = TimeSpan.FromSeconds(1); // it is being asked already
            if (isAsking) return false;
            wait = TimeSpan.Zero;
            isAsking = mustAsk = true;
            return true;
        }
    }

    /// <summary>How long the server is still left alone; zero when it is not.</summary>
    public TimeSpan Wait
    {
        get
        {
            lock (gate) return isResting && Left() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>The server answered, whatever it said.</summary>
    public void Succeeded()
    {
        lock (gate)
        {
            (failures, only, isGeneral) = (0, null, false);
            (factor, isResting, isAsking) = (1, false, false);
        }
    }

    /// <summary>The server could not be reached, was silent, or said that it cannot answer.</summary>
    /// <param name="caller">Whose request it was, where the request may be the cause; null where nobody's request can be.</param>
    /// <returns>True when the server is to be asked now, and <see cref="Asked"/> told of it.</returns>
    public bool Failed(CallerPartition? caller)
    {
        lock (gate)
        {
            if (after == 0 || isResting || isAsking) return false; // late news of what is known, or soon will be
            isGeneral |= caller is null || (failures > 0 && caller != only);
            only = caller;
            if (++failures < after) return false;
            if (isGeneral) Rest();
            else isAsking = true;
            return isAsking;
        }
    }

    /// <summary>The server answered the gateway's own question, or did not.</summary>
    public void Asked(bool answered)
    {
        lock (gate)
        {
            if (!isAsking) return; // somebody else's request was answered meanwhile
            if (answered)
            {
                Succeeded();
                return;
            }

            if (isResting) factor = Math.Min(factor * 2, LongestFactor);
            Rest();
        }
    }

    /// <summary>Where it is. A pause that is over counts as half open: with the next request the server is asked.</summary>
    public CircuitState Circuit
    {
        get
        {
            lock (gate) return !isResting
                ? CircuitState.Closed : isAsking || time.GetElapsedTime(restedAt) >= rest ? CircuitState.HalfOpen : CircuitState.Open;
        }
    }

    /// <summary>For operators: <c>answering</c>, <c>failing 3</c>, <c>resting 8 s</c> or <c>trying</c>.</summary>
    public string State
    {
        get
        {
            lock (gate)
            {
                if (isAsking) return "trying";
                if (isResting)
                    return string.Create(System.Globalization.CultureInfo.InvariantCulture,
                        $"resting {Math.Max(0, Math.Ceiling(Left().TotalSeconds))} s");
                return failures == 0 ? "answering" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"failing {failures}");
            }
        }
    }

    private TimeSpan Left() => rest - time.GetElapsedTime(restedAt);

    private void Rest()
    {
        rest = pause * factor * (1 + (chance() / 2));
        (restedAt, isResting, isAsking) = (time.GetTimestamp(), true, false);
    }
}

/// <summary>The states of a <see cref="CircuitBreaker"/>, by the names of the pattern.</summary>
internal enum CircuitState
{
    /// <summary>Requests are sent.</summary>
    Closed,

    /// <summary>Nothing is sent until the pause is over.</summary>
    Open,

    /// <summary>One request tries, or may try now.</summary>
    HalfOpen,
}
