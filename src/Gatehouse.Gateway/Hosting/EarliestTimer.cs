using Gatehouse.Pipeline.Bounds;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// One timer for the moments of many objects: it runs its body at the earliest moment that was scheduled. While later moments are scheduled, as
/// deadlines of equal length are, it costs one comparison for each and no lock. Safe for concurrent use.
/// </summary>
internal sealed class EarliestTimer : IDisposable
{
    // A timer takes at most 49 days. A moment that is further away is looked at again before.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(40);

    // Applies only where the body fails, so that the moments of the others are not lost with it.
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly Func<long> body;
    private readonly ITimer timer;
    private long earliest = Timestamps.Never;

    /// <summary>Makes a timer that waits for the first moment.</summary>
    /// <param name="time">The clock. Moments are its timestamps.</param>
    /// <param name="name">Description of the body, for the report of a fault.</param>
    /// <param name="body">
    /// Does what is due, and returns the earliest moment of the rest, or <see cref="Timestamps.Never"/>. It must find each moment that was set
    /// before <see cref="Schedule"/> was called for it.
    /// </param>
    /// <param name="log">Receives the report of a fault.</param>
    public EarliestTimer(TimeProvider time, string name, Func<long> body, ILogger log)
    {
        this.time = time;
        this.body = body;
        timer = GuardedTimer.Start(time, name, Run, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, log);
    }

    /// <summary>
    /// Has the body run at the moment or earlier. The caller has made the moment visible to the body before, by a full fence.
    /// </summary>
    public void Schedule(long moment)
    {
        if (moment >= Volatile.Read(ref earliest)) return;
        lock (gate)
        {
            if (moment >= earliest) return;
            earliest = moment;
            timer.Change(WaitFor(moment), Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => timer.Dispose();

    // The order matters. A moment that is set while the body runs is either seen by the body, or finds no earlier moment and sets the timer.
    private void Run()
    {
        Interlocked.Exchange(ref earliest, Timestamps.Never);
        var next = time.After(AfterFault);
        try
        {
            next = body();
        }
        finally
        {
            Schedule(next);
        }
    }

    // The platform's timers count whole milliseconds. One that is rounded down would find nothing due, and run again immediately.
    private TimeSpan WaitFor(long moment)
    {
        var now = time.GetTimestamp();
        if (moment <= now) return TimeSpan.Zero; // compared first: the difference to one in the far past would wrap
        var left = time.GetElapsedTime(now, moment);
        return left < LongestWait ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)) : LongestWait;
    }
}
