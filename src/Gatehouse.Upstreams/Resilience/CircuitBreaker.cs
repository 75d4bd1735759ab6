using Gatehouse.Identity.Partitions;

namespace Gatehouse.Upstreams.Resilience;

/// <summary>
/// A circuit breaker: it stops requests to a failing server for a while (EX-04). After a number of consecutive failures nothing is sent. When the
/// pause is over, the gateway itself probes the server. An answer closes the breaker. Otherwise the pause begins again with twice the length, up to
/// eight times the first. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The threat: one caller closes a server for all by requests that are known to fail, such as calls of a slow tool (CWE-770). So failures that a
/// request may itself have caused do not open the breaker while all of them belong to one caller: the gateway probes the server first. The probe is
/// never a caller's request, because its caller could make it fail again and again.
/// </remarks>
/// <param name="after">Consecutive failures; 0 never opens.</param>
/// <param name="pause">The first pause. A random addition of up to a half of it keeps gateways from returning at the same time.</param>
/// <param name="time">The clock.</param>
/// <param name="chance">Random numbers from 0 to 1.</param>
internal sealed class CircuitBreaker(int after, TimeSpan pause, TimeProvider time, Func<double> chance)
{
    /// <summary>The state of a server from which no answer came yet.</summary>
    public const string NotCalled = "not called yet";

    private const int LongestFactor = 8;

    private readonly Lock gate = new();
    private int failures;
    private CallerPartition? only; // the caller of all failures in the row
    private bool isGeneral;
    private bool hasAnswered;
    private int factor = 1;
    private long restedAt;
    private TimeSpan rest;
    private bool isResting;
    private bool isAsking;

    /// <summary>
    /// Receives the pause when the breaker opens, and null when the server answers again. It does not receive a longer pause of a server that rests
    /// already.
    /// </summary>
    public Action<TimeSpan?> Changed { get; init; } = static _ => { };

    /// <summary>Tells whether a request may be sent.</summary>
    /// <param name="wait">Time to wait if it may not.</param>
    /// <param name="mustAsk">True when the pause is over: the server must be probed first, and <see cref="Asked"/> called with the outcome.</param>
    public bool TryEnter(out TimeSpan wait, out bool mustAsk)
    {
        lock (gate)
        {
            mustAsk = false;
            wait = TimeSpan.Zero;
            if (!isResting) return true;
            wait = Left();
            if (wait > TimeSpan.Zero) return false;
            wait = TimeSpan.FromSeconds(1); // a probe is in progress
            if (isAsking) return false;
            wait = TimeSpan.Zero;
            isAsking = mustAsk = true;
            return true;
        }
    }

    /// <summary>Remaining time of the pause; zero when there is none.</summary>
    public TimeSpan Wait
    {
        get
        {
            lock (gate) return isResting && Left() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Records that the server answered, with any answer.</summary>
    public void Succeeded()
    {
        bool wasResting;
        lock (gate) wasResting = Close();
        if (wasResting) Changed(null);
    }

    /// <summary>Records that the server could not be reached, was silent, or said that it cannot answer.</summary>
    /// <param name="caller">The caller of the request, if the request may be the cause; null when no request can be.</param>
    /// <returns>True when the server must be probed now, and <see cref="Asked"/> called with the outcome.</returns>
    public bool Failed(CallerPartition? caller)
    {
        var (mustAsk, pause) = Count(caller);
        if (pause is not null) Changed(pause);
        return mustAsk;
    }

    private (bool MustAsk, TimeSpan? Pause) Count(CallerPartition? caller)
    {
        lock (gate)
        {
            if (after == 0 || isResting || isAsking) return default; // late news of a state that is known, or will be soon
            isGeneral |= caller is null || (failures > 0 && caller != only);
            only = caller;
            if (++failures < after) return default;
            if (isGeneral) Rest();
            else isAsking = true;
            return (isAsking, isGeneral ? rest : null);
        }
    }

    /// <summary>Records whether the server answered the gateway's own probe.</summary>
    public void Asked(bool answered)
    {
        bool wasResting;
        TimeSpan pause;
        lock (gate)
        {
            if (!isAsking) return; // another caller's request was answered meanwhile
            wasResting = isResting;
            if (answered) Close();
            else
            {
                if (isResting) factor = Math.Min(factor * 2, LongestFactor);
                Rest();
            }

            pause = rest;
        }

        // A server that rested answers, or one that did not rest begins to.
        if (wasResting == answered) Changed(answered ? null : pause);
    }

    /// <summary>State of the breaker. A pause that is over counts as half open: the next request triggers a probe.</summary>
    public CircuitState Circuit
    {
        get
        {
            lock (gate) return !isResting
                ? CircuitState.Closed : isAsking || time.GetElapsedTime(restedAt) >= rest ? CircuitState.HalfOpen : CircuitState.Open;
        }
    }

    /// <summary>State for operators: <c>not called yet</c>, <c>answering</c>, <c>failing 3</c>, <c>resting 8 s</c> or <c>trying</c>.</summary>
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
                if (failures == 0) return hasAnswered ? "answering" : NotCalled;
                return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"failing {failures}");
            }
        }
    }

    private bool Close()
    {
        var wasResting = isResting;
        (failures, only, isGeneral, hasAnswered) = (0, null, false, true);
        (factor, isResting, isAsking) = (1, false, false);
        return wasResting;
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

    /// <summary>A probe is in progress, or may begin now.</summary>
    HalfOpen,
}
